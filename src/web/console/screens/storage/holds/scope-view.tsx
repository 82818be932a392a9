import { Link } from "@tanstack/react-router";
import { type Format, useFormat } from "../../../../kit/i18n/format.ts";
import { type Text, useText } from "../../../../kit/i18n/text.tsx";
import { RawText } from "../../../../kit/raw-text.tsx";
import type { HoldScope } from "../../../api/storage-types.ts";
import { term } from "../../../values/terms.ts";

type SearchScope = Exclude<HoldScope, { events: unknown }>;
const SHOWN_IDS = 20;

function spanText({ from, to }: SearchScope, { t, format }: { t: Text; format: Format }): string {
  const at = (moment: string) => format.brief(new Date(moment));
  if (from !== undefined && to !== undefined) return t("holds.between", { from: at(from), to: at(to) });
  if (from !== undefined) return t("holds.since", { from: at(from) });
  if (to !== undefined) return t("holds.until", { to: at(to) });
  return t("holds.all_time");
}

/** One line for a list. */
export function scopeText(scope: HoldScope | null, words: { t: Text; format: Format }): string {
  const { t } = words;
  if (scope === null) return "—";
  if ("events" in scope) return t("holds.events", { n: scope.events.length });
  const parts = [
    scope.query,
    ...(scope.hosts.length > 0 ? [t("holds.hosts", { n: scope.hosts.length, first: scope.hosts[0] ?? "" })] : []),
    ...(scope.sensors.length > 0
      ? [t("holds.sensors", { n: scope.sensors.length, first: scope.sensors[0] ?? "" })]
      : []),
    spanText(scope, words),
  ];
  return parts.filter((part) => part !== "").join(" · ");
}

/** The hold as a search that finds the same. */
function huntOf(scope: HoldScope) {
  const any = (field: string, values: readonly string[]) =>
    values.length === 0 ? [] : [`(${values.map((value) => term(field, value)).join(" or ")})`];
  if ("events" in scope) return { q: any("id", scope.events.slice(0, SHOWN_IDS)).join(""), range: "30d" };
  const parts = [
    ...(scope.query === "" ? [] : [`(${scope.query})`]),
    ...any("host", scope.hosts),
    ...any("sensor", scope.sensors),
  ];
  return {
    q: parts.join(" and "),
    ...(scope.from === undefined ? { range: "30d" } : { from: scope.from, to: scope.to ?? new Date().toISOString() }),
  };
}

function Names({ label, names }: { label: string; names: readonly string[] }) {
  if (names.length === 0) return null;
  return (
    <div>
      <dt>{label}</dt>
      <dd>
        <RawText text={names.join(", ")} />
      </dd>
    </div>
  );
}

export function ScopeView({ scope }: { scope: HoldScope }) {
  const t = useText();
  const format = useFormat();
  return (
    <section>
      <div className="row section-head">
        <h3 className="grow">{t("holds.scope")}</h3>
        <Link to="/hunt" search={huntOf(scope)}>
          {t("holds.hunt")}
        </Link>
      </div>
      {"events" in scope ? (
        <p>
          {t("holds.events", { n: scope.events.length })}{" "}
          <RawText
            text={`${scope.events.slice(0, SHOWN_IDS).join(" ")}${scope.events.length > SHOWN_IDS ? " …" : ""}`}
          />
        </p>
      ) : (
        <dl className="scope">
          {scope.query !== "" && (
            <div>
              <dt>{t("holds.query")}</dt>
              <dd>
                <RawText text={scope.query} />
              </dd>
            </div>
          )}
          <div>
            <dt>{t("holds.time")}</dt>
            <dd>{spanText(scope, { t, format })}</dd>
          </div>
          <Names label={t("holds.host_names")} names={scope.hosts} />
          <Names label={t("holds.sensor_names")} names={scope.sensors} />
        </dl>
      )}
    </section>
  );
}
