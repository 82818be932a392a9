import "./editor.css";
import { useState } from "react";
import { Icon } from "../../../../kit/icon.tsx";
import { useFormat } from "../../../../kit/i18n/format.ts";
import { useText } from "../../../../kit/i18n/text.tsx";
import { RawText, SafeText } from "../../../../kit/raw-text.tsx";
import { Table, type TableColumn } from "../../../../kit/table.tsx";
import type { DraftEvent, DraftExplanation, DraftTest } from "../../../api/rule-types.ts";
import { logsourceText } from "../../../events/summary.ts";

const SHOWN_CHARACTERS = 400;

type Selection = DraftExplanation["selections"][number];
type Item = Selection["items"][number];
type OnLine = ((line: number) => void) | undefined;

function Line({ line, onLine }: { line: number; onLine: OnLine }) {
  const t = useText();
  const text = t("editor.line", { n: line });
  return onLine === undefined ? (
    <span className="quiet">{text}</span>
  ) : (
    <button type="button" className="text-button" onClick={() => onLine(line)}>
      {text}
    </button>
  );
}

function valueText(value: Item["value"]): string {
  return Array.isArray(value) ? value.map(String).join(", ") : String(value);
}

function useItemColumns(explanation: DraftExplanation, onLine: OnLine): TableColumn<Item>[] {
  const t = useText();
  return [
    {
      id: "line",
      header: t("verdict.line"),
      width: "80px",
      render: (item) => <Line line={item.line} onLine={onLine} />,
    },
    {
      id: "key",
      header: t("verdict.asks"),
      names: true,
      width: "38%",
      className: "raw",
      render: (item) => <RawText text={item.key} />,
    },
    {
      id: "value",
      header: t("verdict.holds"),
      render: (item) => {
        if (item.missing) return <span className="quiet">{t("verdict.missing")}</span>;
        const hits = explanation.matched.filter((match) => match.field === item.field && match.field !== null);
        const shown = hits.length === 0 ? [{ value: valueText(item.value), ranges: [] }] : hits;
        return shown
          .slice(0, 3)
          .map((hit, index) => (
            <RawText key={index} text={hit.value.slice(0, SHOWN_CHARACTERS)} ranges={hit.ranges} block />
          ));
      },
    },
    {
      id: "holds",
      header: t("verdict.met"),
      width: "84px",
      render: (item) => (
        <span className={item.holds ? "verdict-yes" : "verdict-no"}>
          <Icon name={item.holds ? "check" : "close"} /> {item.holds ? t("verdict.yes") : t("verdict.no")}
        </span>
      ),
    },
  ];
}

/** Which selection held on this event, which did not, and what the event had in its place. */
export function Reasons({ explanation, onLine }: { explanation: DraftExplanation; onLine?: OnLine }) {
  const t = useText();
  const columns = useItemColumns(explanation, onLine);
  return (
    <div className="stack reasons-why">
      <p>
        <span className="quiet">{t("why.condition")}: </span>
        <RawText text={explanation.condition} />
      </p>
      {explanation.selections.map((selection) => (
        <section key={selection.name}>
          <h3 className="row">
            <span className={selection.holds ? "tag holds" : "tag"}>
              <Icon name={selection.holds ? "check" : "close"} />
              <RawText text={selection.name} />
            </span>
            <span className="quiet">{selection.holds ? t("why.holds") : t("why.fails")}</span>
          </h3>
          {selection.items.length > 0 && (
            <Table
              label={t("verdict.parts", { name: selection.name })}
              columns={columns}
              rows={selection.items}
              rowKey={(item, index) => `${index}-${item.line}`}
              className="verdict-table"
            />
          )}
        </section>
      ))}
    </div>
  );
}

function verdictOf(event: DraftEvent): "yes" | "no" | "elsewhere" | "unread" {
  if (event.matched) return "yes";
  if (event.parseFailure !== null) return "unread";
  return event.reachedLogSource ? "no" : "elsewhere";
}
const ICONS = { yes: "check", no: "close", elsewhere: "minus", unread: "alerts" } as const;

function EventVerdict({ event, onLine }: { event: DraftEvent; onLine: OnLine }) {
  const t = useText();
  const format = useFormat();
  const verdict = verdictOf(event);
  const [open, setOpen] = useState(false);
  return (
    <li className={`verdict ${verdict}`} data-testid="verdict" data-verdict={verdict}>
      <details onToggle={(toggle) => setOpen(toggle.currentTarget.open)}>
        <summary>
          <span className="verdict-word">
            <Icon name={ICONS[verdict]} /> {t(`verdict.is.${verdict}`)}
          </span>
          <span className="quiet small num">{format.exact(new Date(event.time))}</span>
          <span className="truncate grow">
            <RawText text={event.raw.slice(0, SHOWN_CHARACTERS)} />
          </span>
        </summary>
        {open && (
          <div className="verdict-body">
            <p className="quiet">
              {t(`verdict.why.${verdict}`, { source: logsourceText(event.logsource) || t("coverage.any") })}
            </p>
            {event.reachedLogSource && <Reasons explanation={event.explanation} onLine={onLine} />}
          </div>
        )}
      </details>
    </li>
  );
}

function CorrelationFindings({ findings }: { findings: DraftTest["findings"] }) {
  const t = useText();
  const format = useFormat();
  if (findings.length === 0) return null;
  return (
    <section>
      <h3 className="section-head">{t("verdict.findings", { n: findings.length })}</h3>
      <Table
        label={t("verdict.findings", { n: findings.length })}
        rows={findings}
        rowKey={(finding, index) => `${index}-${finding.ruleId}`}
        testId="draft-findings"
        columns={[
          { id: "title", header: t("rule.title"), render: (finding) => <SafeText text={finding.title} /> },
          {
            id: "group",
            header: t("correlation.group"),
            render: (finding) => <GroupValues group={finding.group} />,
          },
          {
            id: "span",
            header: t("retro.span"),
            render: (finding) => `${format.exact(new Date(finding.from))} – ${format.clock(new Date(finding.to))}`,
          },
          {
            id: "events",
            header: t("hunt.events"),
            numeric: true,
            render: (finding) => format.number(finding.events.length),
          },
        ]}
      />
    </section>
  );
}

export function GroupValues({ group }: { group: readonly { readonly field: string; readonly value: string }[] }) {
  const t = useText();
  if (group.length === 0) return <span className="quiet">{t("correlation.everything")}</span>;
  return group.map(({ field, value }) => (
    <div key={field}>
      <span className="quiet raw">
        <RawText text={field} />
      </span>{" "}
      <RawText text={value} />
    </div>
  ));
}

/** Every record with its verdict, matches first to none: the order is that of the records. */
export function Verdicts({ test, onLine }: { test: DraftTest; onLine?: OnLine }) {
  const t = useText();
  const matched = test.events.filter((event) => event.matched).length;
  return (
    <div className="stack" data-testid="draft-verdicts">
      <p role="status">
        <strong>{t("verdict.total", { n: matched, of: test.events.length })}</strong>
        {test.missing.length > 0 && <span className="quiet"> {t("verdict.gone", { n: test.missing.length })}</span>}
      </p>
      <CorrelationFindings findings={test.findings} />
      <ol className="verdicts">
        {test.events.map((event) => (
          <EventVerdict key={event.index} event={event} onLine={onLine} />
        ))}
      </ol>
    </div>
  );
}
