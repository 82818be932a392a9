import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";

const HEIGHT = 18;
const BAR = 3;
const STEP = 4;

/** Events of the last 24 hours, an hour a bar. The last is not over and drawn lighter. */
export function SensorSpark({ hourly }: { hourly: readonly number[] }) {
  const t = useText();
  const format = useFormat();
  const most = Math.max(1, ...hourly);
  const total = hourly.reduce((sum, count) => sum + count, 0);
  return (
    <svg
      className="spark"
      role="img"
      aria-label={t("sensor.spark.alt", { n: format.number(total), most: format.number(Math.max(...hourly)) })}
      width={hourly.length * STEP}
      height={HEIGHT}
      viewBox={`0 0 ${hourly.length * STEP} ${HEIGHT}`}
    >
      <path className="spark-base" d={`M0 ${HEIGHT - 0.5}H${hourly.length * STEP}`} />
      {hourly.map((count, hour) => {
        if (count === 0) return null;
        // A root keeps a quiet hour visible beside a loud one.
        const height = Math.max(1.5, Math.sqrt(count / most) * (HEIGHT - 2));
        const isOpen = hour === hourly.length - 1;
        return (
          <rect
            key={hour}
            className={isOpen ? "open" : undefined}
            x={hour * STEP}
            y={HEIGHT - height}
            width={BAR}
            height={height}
          />
        );
      })}
    </svg>
  );
}
