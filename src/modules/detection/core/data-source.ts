import type { Instant, LogSource } from "../../../kernel/index.ts";
import { isFed, leadsTo, type LogSourceMap, routesFor } from "./sigma/sources/logsource.ts";
import type { RuleLogSource } from "./sigma/rule.ts";

/** `live`: it arrives; `quiet`: a parser feeds it, nothing came; `none`: nothing this program reads can feed it. */
export type DataSourceState = "live" | "quiet" | "none";

export interface SeenSource {
  readonly logsource: LogSource;
  readonly events: number;
  readonly lastAt: Instant;
}

/** Whether the events a rule looks at really arrive: a rule without data is a rule that does not exist. */
export function dataSourceOf(
  wanted: RuleLogSource,
  known: { map: LogSourceMap; seen: readonly SeenSource[] },
): { state: DataSourceState; events: number; lastAt: Instant | null } {
  const routes = routesFor(wanted, known.map);
  const feeding = known.seen.filter(({ logsource }) => routes.some((route) => leadsTo(route, logsource)));
  if (feeding.length === 0) return { state: isFed(wanted, known.map) ? "quiet" : "none", events: 0, lastAt: null };
  return {
    state: "live",
    events: feeding.reduce((sum, { events }) => sum + events, 0),
    lastAt: feeding.reduce((last, { lastAt }) => Math.max(last, lastAt), 0),
  };
}

/** The log source alone: a rule's also knows its line and definition. */
export function plainSource({ product, category, service }: LogSource): LogSource {
  return {
    ...(product === undefined ? {} : { product }),
    ...(category === undefined ? {} : { category }),
    ...(service === undefined ? {} : { service }),
  };
}

const WORST_FIRST: readonly DataSourceState[] = ["none", "quiet", "live"];

/** Of several rules that are all needed. */
export function worstOf(states: readonly DataSourceState[]): DataSourceState {
  return WORST_FIRST.find((state) => states.includes(state)) ?? "none";
}
