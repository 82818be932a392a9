import { Link } from "@tanstack/react-router";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import type { WatchFloor } from "../../api/types.ts";
import { listOfFloor } from "./search.ts";

/** Shade by share of the busiest tactic, in five steps; the number is always there as well. */
function heatOf(alerts: number, most: number): string {
  return alerts === 0 ? "heat-0" : `heat-${Math.ceil((alerts / most) * 4)}`;
}

/** What the alerts of the span are about, along the ATT&CK matrices; quiet tactics stay in their place. */
export function AttackPart({ floor }: { floor: WatchFloor }) {
  const t = useText();
  const format = useFormat();
  const search = listOfFloor(floor);
  const most = Math.max(1, ...floor.attack.map(({ alerts }) => alerts));
  if (floor.attack.length === 0) return null;
  return (
    <section className="watch-part wide" aria-labelledby="watch-attack">
      <h2 id="watch-attack">{t("watch.attack")}</h2>
      <ol className="heat" data-testid="attack-heat">
        {floor.attack.map(({ short, name, alerts, techniques }) => (
          <li key={short} className={heatOf(alerts, most)}>
            <Link to="/alerts" search={{ ...search, attack: short }} className="heat-tactic">
              <span>{name}</span>
              <span className="num">{format.number(alerts)}</span>
            </Link>
            {techniques.slice(0, 3).map((technique) => (
              <Link
                key={technique.id}
                to="/alerts"
                search={{ ...search, attack: technique.id.toLowerCase() }}
                className="heat-technique truncate"
                title={`${technique.id} ${technique.name}`}
              >
                {technique.name}
              </Link>
            ))}
          </li>
        ))}
      </ol>
      <Landscape floor={floor} />
    </section>
  );
}

/** Theirs are incidents, ours are alerts: set side by side with what each counts, never subtracted. */
function Landscape({ floor }: { floor: WatchFloor }) {
  const t = useText();
  const format = useFormat();
  const language = useLanguage();
  const { landscape } = floor;
  if (landscape === null) return null;
  const day = (iso: string) => format.date(new Date(`${iso}T12:00:00`));
  return (
    <>
      <table className="table landscape" data-testid="landscape">
        <caption>
          {t("watch.landscape", { title: landscape.title, from: day(landscape.from), to: day(landscape.to) })}
        </caption>
        <thead>
          <tr>
            <th scope="col">{t("watch.landscape.figure")}</th>
            <th scope="col" className="num">
              {landscape.publisher}
            </th>
            <th scope="col" className="num">
              {t("watch.landscape.here")}
            </th>
          </tr>
        </thead>
        <tbody>
          {landscape.figures.map(({ id, title, titleVi, of, ofVi, share, techniques, within, here }) => (
            <tr key={id}>
              <th scope="row">
                {language === "vi" ? titleVi : title} <span className="quiet small">{techniques.join(", ")}</span>
              </th>
              <td className="num">
                {format.percent(share)} <span className="quiet small">{language === "vi" ? ofVi : of}</span>
              </td>
              <td className="num">
                {here.of === 0 ? "—" : format.percent(here.alerts / here.of)}{" "}
                <span className="quiet small">
                  {t(within === null ? "watch.landscape.of_alerts" : "watch.landscape.of_tactic", {
                    n: format.number(here.of),
                    tactic: floor.attack.find((tactic) => tactic.short === within)?.name ?? within ?? "",
                  })}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="quiet small">
        {t("watch.landscape.caution")}
        {landscape.read === "secondary" && ` ${t("watch.landscape.secondary")}`}
      </p>
    </>
  );
}
