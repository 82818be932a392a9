import { Fault } from "../../kernel/index.ts";
import type { LakeStore, Query, StoredEvent } from "../lake/index.ts";
import { sessionOf, type SessionKey } from "./core/sessions.ts";
import { viewOf } from "./event-view.ts";
import { MAX_SESSION_EVENTS, TREE_LOOKAHEAD_MS, TREE_LOOKBACK_MS } from "./limits.ts";
import { and, is, or } from "./queries.ts";

export interface Session {
  readonly kind: SessionKey["kind"];
  readonly host: string;
  /** Log-on id, audit session number or process number. */
  readonly value: string;
  readonly openedAt: string | null;
  readonly closedAt: string | null;
  readonly events: readonly StoredEvent[];
  readonly truncated: boolean;
}

type Store = Pick<LakeStore, "search" | "event">;

/** The session an event belongs to: from the last opening before it to the first closing after it. */
export async function sessionAround(store: Store, id: string, signal: AbortSignal): Promise<Session> {
  const event = await store.event(id, { signal });
  if (event === undefined) throw new Fault("missing", "lake.event.missing", "no such event", { id });
  const key = sessionOf(viewOf(event));
  if (key === undefined) throw new Fault("missing", "hunts.session.none", "the event names no session", { id });
  const time = Date.parse(event.time);
  const member = and([is("host", key.host), or(key.fields.map((field) => is(field, key.value)))]);
  const [opened] = (
    await store.search({
      query: and([member, marks(key.opens)]),
      from: time - TREE_LOOKBACK_MS,
      to: time + 1,
      limit: 1,
      order: "newest",
      signal,
    })
  ).events;
  const [closed] = (
    await store.search({
      query: and([member, marks(key.closes)]),
      from: time,
      to: time + TREE_LOOKAHEAD_MS,
      limit: 1,
      order: "oldest",
      signal,
    })
  ).events;
  const from = opened === undefined ? time - TREE_LOOKBACK_MS : Date.parse(opened.time);
  const to = (closed === undefined ? time + TREE_LOOKAHEAD_MS : Date.parse(closed.time)) + 1;
  const page = await store.search({ query: member, from, to, limit: MAX_SESSION_EVENTS, order: "oldest", signal });
  return {
    kind: key.kind,
    host: key.host,
    value: key.value,
    openedAt: opened?.time ?? null,
    closedAt: closed?.time ?? null,
    events: page.events,
    truncated: page.nextCursor !== undefined,
  };
}

export function marks(those: SessionKey["opens"]): Query {
  return or(
    those.map((mark) =>
      mark.kind === "field" ? is(mark.field, mark.value) : { kind: "text", pattern: [{ literal: mark.text }] },
    ),
  );
}
