import { useEffect, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { Skeleton, useDelayed } from "../../../kit/skeleton.tsx";
import { type HuntRun, useProgress } from "./run.ts";

const TICK_MS = 250;

function useElapsed(): number {
  const [began] = useState(() => performance.now());
  const [now, setNow] = useState(began);
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return now - began;
}

/** A search that takes its time: how far it is, what it reads at most, and the way out. */
export function RunProgress({ run }: { run: HuntRun }) {
  const t = useText();
  const format = useFormat();
  const progress = useProgress(run.name, true);
  const elapsed = useElapsed();
  const isLong = useDelayed(true) && elapsed > 800;
  const { ratio = null, cost } = progress ?? {};
  return (
    <div aria-busy="true">
      {isLong && (
        <section className="run-progress" data-testid="run-progress" aria-label={t("hunt.progress")}>
          <div className="row wrap">
            <progress max={1} value={ratio ?? undefined} aria-label={t("hunt.progress")} />
            <span className="num">
              {ratio !== null && `${format.percent(ratio)} · `}
              {t("hunt.progress.elapsed", { n: format.decimal(elapsed / 1_000) })}
            </span>
            <Button icon="stop" onClick={run.cancel}>
              {t("hunt.cancel")}
            </Button>
          </div>
          <p className="quiet small num">
            {progress?.state === "waiting" && `${t("hunt.progress.waiting")} `}
            {cost !== undefined &&
              t("hunt.progress.cost", {
                n: format.number(cost.events),
                of: format.number(cost.ofEvents),
                parts: cost.segments,
                size: format.bytes(cost.segmentBytes),
              })}
          </p>
        </section>
      )}
      <Skeleton lines={12} />
    </div>
  );
}
