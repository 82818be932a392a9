import { useMemo } from "react";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { Segmented } from "../../../kit/segmented.tsx";
import { TimeChart } from "../../../kit/time-chart.tsx";
import type { Storage } from "../../api/storage-types.ts";

const DAY_MS = 86_400_000;
const UNITS = ["B", "KB", "MB", "GB", "TB"] as const;

/** The unit in which the largest day still has three or four digits: bars are labelled with whole numbers. */
function unitFor(most: number): { readonly unit: string; readonly size: number } {
  let at = 0;
  while (at < UNITS.length - 1 && most >= 10 * 1000 ** (at + 1)) at += 1;
  return { unit: UNITS[at] ?? "B", size: 1000 ** at };
}

interface GrowthProps {
  readonly days: Storage["days"];
  readonly per: "bytes" | "events";
  readonly onPer: (per: "bytes" | "events") => void;
}

/** What was sealed day by day, whether it is still there or not. */
export function Growth({ days, per, onPer }: GrowthProps) {
  const t = useText();
  const format = useFormat();
  const starts = useMemo(() => days.map(({ day }) => Date.parse(day)), [days]);
  const most = Math.max(0, ...days.map((day) => day[per]));
  const { unit, size } = per === "bytes" ? unitFor(most) : { unit: "", size: 1 };
  const layers = useMemo(
    () => [
      {
        id: per,
        label: t(`storage.chart.${per}`, { unit }),
        colour: "--accent",
        values: days.map((day) => Math.round(day[per] / size)),
      },
    ],
    [days, per, unit, size, t],
  );
  if (days.length === 0) return null;
  const total = days.reduce((sum, day) => sum + day[per], 0);
  const shown = (value: number) => (per === "bytes" ? format.bytes(value) : format.number(value));
  return (
    <section className="storage-part wide" data-testid="storage-growth">
      <TimeChart
        title={<h2>{t(`storage.chart.${per}`, { unit })}</h2>}
        alt={t("storage.chart.alt", { days: days.length, total: shown(total), most: shown(most) })}
        starts={starts}
        bucketMs={DAY_MS}
        layers={layers}
        height={130}
        extra={
          <Segmented
            label={t("storage.chart.what")}
            value={per}
            options={(["bytes", "events"] as const).map((value) => ({
              value,
              label: t(`storage.chart.${value}.short`),
            }))}
            onChange={onPer}
          />
        }
      />
    </section>
  );
}
