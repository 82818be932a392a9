/** What the restless server is asked to do, see restless-server.ts. */

/** What the server is doing when it dies. */
export const WINDOWS = ["seal", "witness", "merge", "drop", "trim", "hunt"] as const;
export type Window = (typeof WINDOWS)[number];

export interface Unrest {
  readonly seed: number;
  /** Scheduled hunts see a clock that is ahead by this, and by a minute more with every run. */
  readonly huntsAheadMs: number;
  /** Events of this sensor may be dropped when a segment holds nothing else. */
  readonly mayGo: string;
  readonly die: { readonly in: Window; readonly afterMs: number; readonly turn: number } | undefined;
  /** Only the hunts, once, and then say so. */
  readonly huntOnce?: boolean;
}
