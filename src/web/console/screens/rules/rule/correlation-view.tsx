import { Link } from "@tanstack/react-router";
import { useFormat } from "../../../../kit/i18n/format.ts";
import { hasText, useText } from "../../../../kit/i18n/text.tsx";
import { Icon } from "../../../../kit/icon.tsx";
import { RawText, SafeText } from "../../../../kit/raw-text.tsx";
import type { RuleDetail } from "../../../api/rule-types.ts";
import { boundsText, leastCount } from "./condition-words.ts";

type Correlation = NonNullable<RuleDetail["correlation"]>;
type Reference = Correlation["rules"][number];

const MAX_DOTS = 12;
const DOT_STEP = 18;

function RuleReference({ reference }: { reference: Reference }) {
  const t = useText();
  if (!reference.found) {
    return (
      <span className="bad-text">
        <RawText text={reference.id} /> {t("correlation.not_found")}
      </span>
    );
  }
  return (
    <>
      <Link to="/rules/$id" params={{ id: reference.id }} search={{}}>
        <SafeText text={reference.title ?? reference.id} />
      </Link>
      {!reference.enabled && <span className="tag">{t("rule.off")}</span>}
    </>
  );
}

/** Events as dots on a line of time; the picture says nothing the sentence beside it does not. */
function Dots({ count }: { count: number }) {
  const shown = Math.min(count, MAX_DOTS);
  const width = shown * DOT_STEP + 8;
  return (
    <svg className="correlation-dots" width={width} height="20" viewBox={`0 0 ${width} 20`} aria-hidden="true">
      <line x1="0" y1="10" x2={width} y2="10" />
      {Array.from({ length: shown }, (_, index) => (
        // Uneven on purpose: events do not come by the clock.
        <circle key={index} cx={10 + index * DOT_STEP + ((index * 7) % 5) - 2} cy="10" r="4.5" />
      ))}
    </svg>
  );
}

function Steps({ correlation }: { correlation: Correlation }) {
  const t = useText();
  const ordered = correlation.type.startsWith("temporal_ordered");
  return (
    <ol className={ordered ? "correlation-steps ordered" : "correlation-steps"}>
      {correlation.rules.map((reference, index) => (
        <li key={reference.id}>
          <span className="correlation-step">
            {ordered && <span className="correlation-number">{index + 1}</span>}
            <span>
              <RuleReference reference={reference} />
            </span>
          </span>
          {index < correlation.rules.length - 1 &&
            (ordered ? (
              <span className="correlation-arrow">
                <Icon name="right" />
                <span className="visually-hidden">{t("correlation.then")}</span>
              </span>
            ) : (
              <span className="quiet correlation-arrow">{t("correlation.with")}</span>
            ))}
        </li>
      ))}
    </ol>
  );
}

function Drawing({ correlation }: { correlation: Correlation }) {
  const t = useText();
  const format = useFormat();
  const temporal = correlation.type.startsWith("temporal");
  const count = leastCount(correlation.condition) ?? 5;
  return (
    <div className="correlation-drawing" data-testid="correlation-drawing">
      <div className="correlation-window">
        <span>{t("correlation.window", { d: format.duration(correlation.timespanMs / 1000) })}</span>
      </div>
      {temporal ? (
        <Steps correlation={correlation} />
      ) : (
        <div className="row wrap">
          <Dots count={count} />
          {count > MAX_DOTS && <span className="quiet">…</span>}
          <strong className="num">{boundsText(correlation.condition, t) ?? correlation.condition}</strong>
        </div>
      )}
    </div>
  );
}

function Sentence({ correlation }: { correlation: Correlation }) {
  const t = useText();
  const format = useFormat();
  const key = `correlation.type.${correlation.type}`;
  const written = correlation.condition === "" ? undefined : <RawText text={correlation.condition} />;
  const condition = boundsText(correlation.condition, t) ?? written;
  return (
    <p>
      {hasText(key) ? t(key) : correlation.type}
      {condition === undefined ? ", " : ": "}
      {condition !== undefined && <>{condition} </>}
      {t("correlation.within", { d: format.duration(correlation.timespanMs / 1000) })}
      {correlation.groupBy.length > 0 && (
        <>
          {t("correlation.per")}{" "}
          {correlation.groupBy.map((field, index) => (
            <span key={field}>
              {index > 0 && " + "}
              <RawText text={field} />
            </span>
          ))}
        </>
      )}
    </p>
  );
}

function CorrelationPart({ correlation }: { correlation: Correlation }) {
  const t = useText();
  const format = useFormat();
  const span = (ms: number) => (ms === 0 ? t("correlation.none") : format.duration(ms / 1000));
  const temporal = correlation.type.startsWith("temporal");
  return (
    <>
      <Sentence correlation={correlation} />
      <Drawing correlation={correlation} />
      {!temporal && (
        <ul className="bullets">
          {correlation.rules.map((reference) => (
            <li key={reference.id}>
              <RuleReference reference={reference} />
            </li>
          ))}
        </ul>
      )}
      <dl className="facts">
        <div>
          <dt title={t("correlation.lateness.why")}>{t("correlation.lateness")}</dt>
          <dd>{span(correlation.latenessMs)}</dd>
        </div>
        <div>
          <dt title={t("correlation.suppress.why")}>{t("correlation.suppress")}</dt>
          <dd>{span(correlation.suppressMs)}</dd>
        </div>
        <div>
          <dt title={t("correlation.generate.why")}>{t("correlation.generate")}</dt>
          <dd>{t(correlation.generate ? "correlation.generate.yes" : "correlation.generate.no")}</dd>
        </div>
      </dl>
    </>
  );
}

/** What a correlation counts, and what a filter narrows, before the YAML that says the same. */
export function CorrelationView({ detail }: { detail: RuleDetail }) {
  const t = useText();
  const { correlation, filter } = detail;
  return (
    <section className="correlation stack" data-testid="correlation-view">
      <h2>{t(correlation === null ? "rule.filters_what" : "rule.looks_for")}</h2>
      {correlation !== null && <CorrelationPart correlation={correlation} />}
      {filter !== null &&
        (filter.rules === "any" ? (
          <p>{t("rule.filters_any")}</p>
        ) : (
          <ul className="bullets">
            {filter.rules.map((reference) => (
              <li key={reference.id}>
                <RuleReference reference={reference} />
              </li>
            ))}
          </ul>
        ))}
    </section>
  );
}
