/** Following new events: what came, what waits while the list is held, and what nobody saw. */
import { useEffect, useReducer, useRef } from "react";
import { api, ApiFault } from "../../api/client.ts";
import type { StoredEvent } from "../../api/types.ts";
import { serverEvents } from "./sse.ts";

/** Rows kept on the page; older ones are found by searching. */
export const MAX_LIVE_ROWS = 500;
const AGAIN_MS = 2_000;

export interface TailNews {
  readonly events: readonly StoredEvent[];
  /** Matched, but more than is sent in a second. */
  readonly notShown: number;
  /** Never looked at. */
  readonly notExamined: number;
}

export interface Tail {
  readonly state: "connecting" | "following" | "lost" | "refused";
  readonly fault: unknown;
  /** Newest first. */
  readonly shown: readonly StoredEvent[];
  readonly waiting: readonly StoredEvent[];
  readonly seen: number;
  readonly notShown: number;
  readonly notExamined: number;
  /** Times the stream broke: what was stored meanwhile is missing here. */
  readonly gaps: number;
}

export type TailDeed =
  | { readonly kind: "begin" | "open" | "lost" | "release" }
  | { readonly kind: "refused"; readonly fault: unknown }
  | { readonly kind: "news"; readonly news: TailNews; readonly held: boolean };

export const NO_TAIL: Tail = {
  state: "connecting",
  fault: undefined,
  shown: [],
  waiting: [],
  seen: 0,
  notShown: 0,
  notExamined: 0,
  gaps: 0,
};

const newest = (fresh: readonly StoredEvent[], rest: readonly StoredEvent[]) =>
  [...fresh, ...rest].slice(0, MAX_LIVE_ROWS);

export function afterDeed(tail: Tail, deed: TailDeed): Tail {
  switch (deed.kind) {
    case "begin":
      return NO_TAIL;
    case "open":
      return { ...tail, state: "following", fault: undefined };
    case "lost":
      return tail.state === "lost" ? tail : { ...tail, state: "lost", gaps: tail.gaps + 1 };
    case "refused":
      return { ...tail, state: "refused", fault: deed.fault };
    case "release":
      return { ...tail, shown: newest(tail.waiting, tail.shown), waiting: [] };
    case "news": {
      const { events, notShown, notExamined } = deed.news;
      const fresh = events.toReversed();
      const waiting = deed.held ? newest(fresh, tail.waiting) : [];
      const shown = deed.held ? tail.shown : newest([...fresh, ...tail.waiting], tail.shown);
      return {
        ...tail,
        shown,
        waiting,
        seen: tail.seen + events.length,
        notShown: tail.notShown + notShown,
        notExamined: tail.notExamined + notExamined,
      };
    }
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof ApiFault && error.status >= 400 && error.status < 500 && error.status !== 429;
}

/** Follows until told to stop; a stream that breaks is opened again. */
async function follow(query: string, signal: AbortSignal, tell: (deed: TailDeed) => void) {
  while (!signal.aborted) {
    try {
      const stream = await api.stream("/events/tail", { query }, signal);
      tell({ kind: "open" });
      for await (const { event, data } of serverEvents(stream)) {
        if (event === "events") tell({ kind: "news", news: JSON.parse(data) as TailNews, held: false });
      }
      tell({ kind: "lost" });
    } catch (error) {
      if (signal.aborted) return;
      if (isRefusal(error)) {
        tell({ kind: "refused", fault: error });
        return;
      }
      tell({ kind: "lost" });
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}

/** `isHeld` is asked when news come: while it says so, nothing moves under the reader. */
export function useTail(query: string, isHeld: () => boolean) {
  const [tail, tell] = useReducer(afterDeed, NO_TAIL);
  const held = useRef(isHeld);
  held.current = isHeld;
  useEffect(() => {
    const stop = new AbortController();
    tell({ kind: "begin" });
    void follow(query, stop.signal, (deed) => {
      if (!stop.signal.aborted) tell(deed.kind === "news" ? { ...deed, held: held.current() } : deed);
    });
    return () => stop.abort();
  }, [query]);
  return { tail, release: () => tell({ kind: "release" }) };
}
