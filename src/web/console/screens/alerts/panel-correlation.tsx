import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useFormat } from "../../../kit/i18n/format.ts";
import { hasText, useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { RawText, SafeText } from "../../../kit/raw-text.tsx";
import { Table } from "../../../kit/table.tsx";
import { useMay } from "../../api/session.ts";
import type { Explanation } from "../../api/types.ts";
import { EventDialog } from "../../events/event-dialog.tsx";
import { RuleText } from "../../rule-text.tsx";
import { Value } from "../../values/value-menu.tsx";
import { ruleTitle } from "./columns.tsx";

type Correlation = NonNullable<Explanation["correlation"]>;

function Group({ group }: { group: Correlation["group"] }) {
  const t = useText();
  if (group.length === 0) return <span className="quiet">{t("correlation.everything")}</span>;
  return group.map(({ field, value }) => (
    <div key={field}>
      <span className="quiet raw">
        <RawText text={field} />
      </span>{" "}
      <Value field={field} value={value} />
    </div>
  ));
}

function Facts({ correlation }: { correlation: Correlation }) {
  const t = useText();
  const format = useFormat();
  const key = `correlation.type.${correlation.type}`;
  const seconds = (Date.parse(correlation.to) - Date.parse(correlation.from)) / 1000;
  return (
    <dl className="facts" data-testid="correlation-facts">
      <div>
        <dt>{t("correlation.group")}</dt>
        <dd>
          <Group group={correlation.group} />
        </dd>
      </div>
      <div>
        <dt>{hasText(key) ? t(key) : correlation.type}</dt>
        <dd>{format.decimal(correlation.value)}</dd>
      </div>
      <div>
        <dt>{t("correlation.took")}</dt>
        <dd>
          {t("correlation.took_of", {
            d: format.duration(seconds),
            of: format.duration(correlation.timespanMs / 1000),
          })}
        </dd>
      </div>
    </dl>
  );
}

/** The events that counted, one after the other, each with the rule that saw it. */
function Events({ correlation }: { correlation: Correlation }) {
  const t = useText();
  const format = useFormat();
  const may = useMay();
  const language = useLanguage();
  const [opened, setOpened] = useState<string>();
  const rules = new Map(correlation.rules.map((rule) => [rule.id, rule]));
  const nameOf = (id: string) => {
    const rule = rules.get(id);
    return rule?.title === undefined || rule.title === null
      ? id
      : ruleTitle({ title: rule.title, titleVi: rule.titleVi }, language);
  };
  return (
    <section>
      <h3 className="section-head">{t("correlation.events", { n: correlation.count })}</h3>
      {correlation.events.length < correlation.count && (
        <p className="quiet small">{t("correlation.events.some", { n: correlation.events.length })}</p>
      )}
      <Table
        label={t("correlation.events", { n: correlation.count })}
        rows={correlation.events}
        rowKey={(event, index) => `${event.id}-${index}`}
        testId="correlation-events"
        columns={[
          {
            id: "time",
            header: t("hunt.time"),
            width: "176px",
            render: (event) =>
              may("events.read") ? (
                <button type="button" className="text-button match-time" onClick={() => setOpened(event.id)}>
                  {format.exact(new Date(event.time))}
                </button>
              ) : (
                format.exact(new Date(event.time))
              ),
          },
          {
            id: "rule",
            header: t("correlation.seen_by"),
            render: (event) => (
              <Link to="/rules/$id" params={{ id: event.ruleId }} search={{}}>
                <SafeText text={nameOf(event.ruleId)} />
              </Link>
            ),
          },
        ]}
      />
      {opened !== undefined && <EventDialog eventId={opened} onClose={() => setOpened(undefined)} />}
    </section>
  );
}

/** Why a correlation fired: what was counted, for whom, within what time. */
export function CorrelationWhy({ why, correlation }: { why: Explanation; correlation: Correlation }) {
  const t = useText();
  return (
    <div className="stack" data-testid="correlation-why">
      <Facts correlation={correlation} />
      <Events correlation={correlation} />
      <section>
        <h3 className="section-head">{t("why.condition")}</h3>
        <p className="raw">
          <RawText text={why.condition} />
        </p>
      </section>
      <section>
        <h3 className="section-head">{t("why.rule")}</h3>
        <RuleText text={why.ruleText} />
      </section>
    </div>
  );
}
