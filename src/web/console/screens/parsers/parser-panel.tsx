import { Link } from "@tanstack/react-router";
import { IconButton } from "../../../kit/button.tsx";
import { CopyButton } from "../../../kit/copy-button.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import type { ParserDetail } from "../../api/types.ts";
import { FaultView } from "../../fault-view.tsx";
import { term } from "../../values/terms.ts";
import { sourceText } from "./parser-columns.tsx";
import { COUNTED_RANGE, type ParserRow, useParser } from "./use-parsers.ts";

function Samples({ samples }: { samples: ParserDetail["sampleLines"] }) {
  const t = useText();
  return (
    <section>
      <h3 className="section-head">{t("parsers.sample_lines")}</h3>
      <ul className="parser-samples">
        {samples.map(({ line, matches }, index) => (
          <li key={index}>
            <span className="tag">{matches ? t("parsers.sample.taken") : t("parsers.sample.left")}</span>
            <RawText text={line} block />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Facts({ detail, events }: { detail: ParserDetail; events: number | undefined }) {
  const t = useText();
  const format = useFormat();
  const sources = [...new Set(detail.logsource.map(sourceText))].filter((text) => text !== "");
  return (
    <dl className="facts">
      <div>
        <dt>{t("parsers.source")}</dt>
        <dd>
          {sources.length === 0 ? t("parsers.source.inner") : sources.map((text) => <div key={text}>{text}</div>)}
        </dd>
      </div>
      <div>
        <dt>{t("parsers.reads")}</dt>
        <dd>{t(`parsers.reads.${detail.reads}`)}</dd>
      </div>
      <div>
        <dt>{t("parsers.programs")}</dt>
        <dd>{detail.programs.length === 0 ? t("parsers.programs.any") : detail.programs.join(", ")}</dd>
      </div>
      {events !== undefined && (
        <div>
          <dt>{t("parsers.events")}</dt>
          <dd>
            {events === 0 ? (
              "0"
            ) : (
              <Link to="/hunt" search={{ q: term("format", detail.name), range: COUNTED_RANGE }}>
                {format.number(events)}
              </Link>
            )}
          </dd>
        </div>
      )}
      {detail.sensors.length > 0 && (
        <div>
          <dt>{t("parsers.sensors")}</dt>
          <dd>
            {detail.sensors.map((sensor) => (
              <div key={sensor} className="parser-sensor">
                <Link to="/sensors" search={{ sensor }}>
                  <RawText text={sensor} />
                </Link>
              </div>
            ))}
          </dd>
        </div>
      )}
    </dl>
  );
}

function Definition({ detail, events }: { detail: ParserDetail; events: number | undefined }) {
  const t = useText();
  return (
    <>
      <header className="panel-head">
        <h2>{detail.title}</h2>
        <Facts detail={detail} events={events} />
      </header>
      <div className="row wrap actions">
        <Link
          className="button primary"
          to="/sensors/parsers/try"
          search={{ from: detail.name }}
          data-testid="parser-try"
        >
          {t("parsers.try_samples")}
        </Link>
        <Link className="button" to="/sensors/parsers/try" search={{ from: detail.name, draft: "copy" }}>
          {t("parsers.copy_as_draft")}
        </Link>
      </div>
      <div className="tab-body stack">
        <Samples samples={detail.sampleLines} />
        <section>
          <div className="row">
            <h3 className="section-head grow">{t("parsers.definition")}</h3>
            <CopyButton text={detail.text} iconOnly />
          </div>
          <p className="quiet small">{`content/parsers/${detail.file}`}</p>
          {/* A scrollable region must be reachable by keyboard */}
          <pre className="parser-text" tabIndex={0} aria-label={t("parsers.definition")}>
            {detail.text}
          </pre>
        </section>
      </div>
    </>
  );
}

function InCode({ row }: { row: ParserRow }) {
  const t = useText();
  const format = useFormat();
  return (
    <div className="tab-body stack">
      <h2>{row.name}</h2>
      <p className="quiet">{t("parsers.in_code.body")}</p>
      {row.events !== undefined && (
        <p>
          <Link to="/hunt" search={{ q: term("format", row.name), range: COUNTED_RANGE }}>
            {t("parsers.events_of", { n: format.number(row.events) })}
          </Link>
        </p>
      )}
    </div>
  );
}

/** One parser beside the list: what it reads, its samples, its text. */
export function ParserPanel({ row, onClose }: { row: ParserRow; onClose: () => void }) {
  const t = useText();
  const detail = useParser(row.parser === undefined ? undefined : row.name);
  return (
    <section className="panel" aria-label={t("parsers.panel")} data-testid="parser-panel">
      <div className="row parser-close">
        <span className="grow mono quiet">{row.name}</span>
        <IconButton icon="close" label={t("action.close_panel")} onClick={onClose} />
      </div>
      {row.parser === undefined && <InCode row={row} />}
      {row.parser !== undefined && detail.isPending && <Skeleton />}
      {detail.isError && <FaultView error={detail.error} onRetry={() => void detail.refetch()} />}
      {detail.data !== undefined && <Definition detail={detail.data} events={row.events} />}
    </section>
  );
}
