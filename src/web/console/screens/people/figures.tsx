import { Link } from "@tanstack/react-router";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { SeverityMark } from "../../../kit/severity.tsx";
import { When } from "../../../kit/when.tsx";
import type { HandoverFigures } from "../../api/people-types.ts";

const LEVELS = ["critical", "high", "medium", "low", "informational"] as const;
type AlertLine = HandoverFigures["oldestOpen"][number];

function AlertLines({ title, lines, none }: { title: string; lines: readonly AlertLine[]; none: string }) {
  const language = useLanguage();
  return (
    <section>
      <h3>{title}</h3>
      {lines.length === 0 ? (
        <p className="quiet">{none}</p>
      ) : (
        <ul className="plain-list">
          {lines.map((line) => (
            <li key={line.id} className="alert-line">
              <SeverityMark level={line.level} />
              <Link to="/alerts" search={{ status: "all", alert: line.id }} className="truncate">
                <SafeText text={line.title[language]} />
              </Link>
              <span className="quiet truncate">
                <SafeText text={line.entity} />
              </span>
              <When at={line.createdAt} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Queue({ figures }: { figures: HandoverFigures }) {
  const t = useText();
  const format = useFormat();
  return (
    <section>
      <h3>{t("handover.queue")}</h3>
      <table className="table queue-table">
        <thead>
          <tr>
            <th scope="col">{t("alert.level")}</th>
            <th scope="col" className="num">
              {t("handover.open")}
            </th>
            <th scope="col" className="num">
              {t("handover.taken")}
            </th>
          </tr>
        </thead>
        <tbody>
          {LEVELS.map((level) => (
            <tr key={level}>
              <th scope="row">
                <SeverityMark level={level} />
              </th>
              <td className="num">{format.number(figures.openByLevel[level])}</td>
              <td className="num">{format.number(figures.takenByLevel[level])}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>
        {figures.overdue === null ? (
          <span className="quiet">{t("handover.overdue.none")}</span>
        ) : (
          t("handover.overdue", { n: figures.overdue.n, minutes: figures.overdue.afterMinutes })
        )}
      </p>
    </section>
  );
}

/** What the installation does not know is said to be unknown, not zero. */
function Others({ figures }: { figures: HandoverFigures }) {
  const t = useText();
  const { cases, clocks, silentSensors, exercise } = figures;
  return (
    <section>
      <h3>{t("handover.others")}</h3>
      <dl className="facts">
        <div>
          <dt>{t("handover.cases")}</dt>
          <dd>{cases === null ? <span className="quiet">{t("handover.unknown")}</span> : cases.open}</dd>
        </div>
        <div>
          <dt>{t("handover.clocks")}</dt>
          <dd>
            {clocks === null ? (
              <span className="quiet">{t("handover.unknown")}</span>
            ) : clocks.length === 0 ? (
              t("handover.nothing")
            ) : (
              clocks.map(({ title, due }) => (
                <div key={`${title}${due}`}>
                  <SafeText text={title} /> · <When at={due} as="both" />
                </div>
              ))
            )}
          </dd>
        </div>
        <div>
          <dt>{t("handover.silent")}</dt>
          <dd>
            {silentSensors.length === 0
              ? t("handover.nothing")
              : silentSensors.map(({ name, since }) => (
                  <div key={name}>
                    <Link to="/sensors" search={{ sensor: name }}>
                      <SafeText text={name} />
                    </Link>
                    {since !== null && (
                      <>
                        {" · "}
                        <When at={since} />
                      </>
                    )}
                  </div>
                ))}
          </dd>
        </div>
        <div>
          <dt>{t("exercise.mark")}</dt>
          <dd>{exercise === null ? t("handover.nothing") : <span className="tag exercise">{exercise.name}</span>}</dd>
        </div>
      </dl>
    </section>
  );
}

export function Figures({ figures }: { figures: HandoverFigures }) {
  const t = useText();
  return (
    <div className="figures stack" data-testid="handover-figures">
      <p className="quiet small">
        {t("handover.figures_at")} <When at={figures.at} as="exact" />
      </p>
      <Queue figures={figures} />
      <AlertLines title={t("handover.oldest")} lines={figures.oldestOpen} none={t("handover.nothing")} />
      <AlertLines title={t("handover.mine")} lines={figures.takenByLeaving} none={t("handover.nothing")} />
      <Others figures={figures} />
    </div>
  );
}
