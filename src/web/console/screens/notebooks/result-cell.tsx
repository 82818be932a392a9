import { Link } from "@tanstack/react-router";
import { CopyButton } from "../../../kit/copy-button.tsx";
import { Icon } from "../../../kit/icon.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import type { FrozenResult } from "../../api/investigation-types.ts";
import { ResultTable } from "./result-table.tsx";

/** What a query gave at one moment: the question, the range, the moment, the rows and the hash over all of it. */
export function ResultCell({ result }: { result: FrozenResult }) {
  const t = useText();
  const format = useFormat();
  const { query, from, to, at, rows, total, truncated, hash, eventIds } = result;
  const isEvents = eventIds.length > 0 || result.columns.some(({ name }) => name === "raw");
  return (
    <div className="frozen" data-testid="frozen-result">
      <div className="row wrap frozen-head">
        <span className="tag">
          <Icon name="key" />
          {t("notebook.result.frozen")}
        </span>
        <code className="grow frozen-query">
          {query === "" ? <span>{t("notebook.query.all")}</span> : <RawText text={query} />}
        </code>
        <Link to="/hunt" search={{ q: query, from, to }} className="small no-print">
          {t("notebook.query.open")}
        </Link>
      </div>
      <dl className="facts small">
        <div>
          <dt>{t("notebook.result.range")}</dt>
          <dd>
            {format.brief(new Date(from))} – {format.brief(new Date(to))}
          </dd>
        </div>
        <div>
          <dt>{t("notebook.result.moment")}</dt>
          <dd>{format.exact(new Date(at))}</dd>
        </div>
        <div>
          <dt>{t("notebook.result.rows")}</dt>
          <dd>
            {isEvents
              ? t("notebook.result.of_events", { n: format.number(rows.length), of: format.number(total) })
              : t("notebook.result.of_table", { n: format.number(rows.length), of: format.number(total) })}
            {truncated && ` ${t("notebook.result.truncated")}`}
          </dd>
        </div>
        <div>
          <dt>{t("notebook.result.hash")}</dt>
          <dd className="row frozen-hash">
            <code title={hash}>
              <span className="screen-only">{hash.slice(0, 16)}…</span>
              <span className="print-only">{hash}</span>
            </code>
            <span className="no-print">
              <CopyButton text={hash} iconOnly />
            </span>
          </dd>
        </div>
      </dl>
      <ResultTable result={result} label={t("notebook.result.frozen")} />
    </div>
  );
}
