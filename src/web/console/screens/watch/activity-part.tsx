import { Link } from "@tanstack/react-router";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import type { WatchFloor } from "../../api/types.ts";

type Turnover = WatchFloor["activity"]["now"];
const FIGURES = ["events", "created", "closed"] as const satisfies readonly (keyof Turnover)[];

/** How this span compares with the one before it. Up is not worse and down not better: only the difference is told. */
export function ActivityPart({ floor }: { floor: WatchFloor }) {
  const t = useText();
  const format = useFormat();
  const { now, before } = floor.activity;
  const shown = (figure: (typeof FIGURES)[number]) => {
    const value = format.number(now[figure]);
    if (figure === "events")
      return (
        <Link to="/hunt" search={{ from: floor.from }}>
          {value}
        </Link>
      );
    return (
      <Link
        to="/alerts"
        search={{ status: "all", exercise: floor.scope, [figure]: floor.from }}
        data-testid={`activity-${figure}`}
      >
        {value}
      </Link>
    );
  };
  return (
    <section className="watch-part wide" aria-labelledby="watch-activity">
      <h2 id="watch-activity">{t("watch.activity")}</h2>
      <dl className="facts turnover">
        {FIGURES.map((figure) => (
          <div key={figure}>
            <dt>{t(`watch.activity.${figure}`)}</dt>
            <dd>
              <span className="turnover-now num">{shown(figure)}</span>{" "}
              <span className="quiet small">
                {before[figure] === 0
                  ? t("watch.activity.none_before")
                  : t("watch.activity.before", { n: format.number(before[figure]), change: change(figure) })}
              </span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );

  function change(figure: (typeof FIGURES)[number]): string {
    const ratio = now[figure] / before[figure] - 1;
    return `${ratio > 0 ? "+" : ratio < 0 ? "−" : "±"}${format.percent(Math.abs(ratio))}`;
  }
}
