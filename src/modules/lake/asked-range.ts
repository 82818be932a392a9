import { EARLIEST, Fault, LATEST } from "../../kernel/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import { relativeInstant } from "./core/query/time-words.ts";

export interface AskedRange {
  readonly query: {
    readonly query: string;
    readonly from?: string | undefined;
    readonly to?: string | undefined;
    readonly at?: string | undefined;
  };
  readonly signal: AbortSignal;
}

/** The range of a request in ms; an open end is everything there can be on that side. */
export function rangeOf({ query: asked, signal }: AskedRange, clock: Clock) {
  const now = asked.at === undefined ? clock.now() : Date.parse(asked.at);
  const instant = (text: string) => relativeInstant(text, now) ?? Date.parse(text);
  // Nothing is kept outside these, and buckets beyond them would have years no RFC 3339 time can say.
  const from = asked.from === undefined ? EARLIEST : Math.max(EARLIEST, instant(asked.from));
  const to = asked.to === undefined ? LATEST : Math.min(LATEST, instant(asked.to));
  if (from > to) throw new Fault("invalid", "lake.query.range", "the time range is not a range", { from, to });
  return { query: asked.query, from, to, now, signal };
}
