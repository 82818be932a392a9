/**
 * An ordinary day: people at work, servers talking, the SCADA server polling its controllers. Volumes and vocabulary
 * come from the scenario; this file knows only how such traffic is shaped.
 */
import type { Instant } from "../../../kernel/index.ts";
import type { ScenarioLine } from "./line.ts";
import type { NoiseContext, NoiseWriter } from "./noise-context.ts";
import { controlNoise } from "./noise-control.ts";
import { linuxNoise } from "./noise-linux.ts";
import { officeNoise } from "./noise-office.ts";
import type { SeededRandom } from "./random.ts";
import type { NoiseKind } from "./scenario.ts";

export function* noise(context: NoiseContext): Generator<ScenarioLine> {
  const makers: Readonly<Record<NoiseKind, NoiseWriter>> = {
    ...officeNoise(context),
    ...controlNoise(context),
    ...linuxNoise(context),
  };
  for (const [kind, make] of Object.entries(makers) as [NoiseKind, NoiseWriter][]) {
    const random = context.random.stream(kind);
    const count = context.scenario.noise.volumes[kind];
    for (const time of POLLED.has(kind) ? evenly(count, context, random) : byHour(count, context, random)) {
      yield make(time, random);
    }
  }
}

/** Machines poll by the clock; people and their programs follow the hour of the day. */
const POLLED: ReadonlySet<NoiseKind> = new Set(["modbusRead", "s7Read", "dnp3Read", "iec104Connection", "cron"]);

function* evenly(count: number, { start, durationMs }: NoiseContext, random: SeededRandom): Generator<Instant> {
  const step = durationMs / count;
  for (let i = 0; i < count; i++) yield Math.round(start + i * step + random.next() * Math.min(step, 250));
}

function* byHour(count: number, context: NoiseContext, random: SeededRandom): Generator<Instant> {
  const { start, durationMs, scenario } = context;
  for (let made = 0; made < count; ) {
    const time = Math.round(start + random.next() * durationMs);
    const hour = new Date(time + scenario.utcOffsetMinutes * 60_000).getUTCHours();
    if (random.next() > (ACTIVITY[hour] ?? 1)) continue;
    made++;
    yield time;
  }
}

/** Share of full activity by local hour: work from seven to five, a break at noon, a night shift that never sleeps. */
const ACTIVITY: readonly number[] = [
  0.3, 0.25, 0.25, 0.25, 0.25, 0.3, 0.4, 0.8, 1, 1, 1, 0.9, 0.5, 0.8, 1, 1, 0.9, 0.7, 0.5, 0.4, 0.4, 0.35, 0.3, 0.3,
];
