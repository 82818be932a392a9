import type { LakeStore, Query, StoredEvent } from "../lake/index.ts";
import { type SessionKey, sessionOf } from "./core/sessions.ts";
import { viewOf } from "./event-view.ts";
import { CLOSINGS_PER_QUESTION, MAX_LOG_ONS, MAX_SESSION_EVENTS, TREE_LOOKAHEAD_MS } from "./limits.ts";
import { and, has, is, or } from "./queries.ts";
import { marks } from "./sessions.ts";

export interface LogOn {
  readonly kind: SessionKey["kind"];
  readonly host: string;
  /** Log-on id, audit session number or process number. */
  readonly value: string;
  readonly openedAt: string;
  /** Null: no closing is stored within a day after it, or within the range and a day. */
  readonly closedAt: string | null;
  readonly user: string | null;
  readonly source: string | null;
  /** As Windows numbers it: 2 at the console, 3 over the network, 10 by remote desktop. */
  readonly logonType: string | null;
  /** The event that opened it: what the session is asked for by. */
  readonly eventId: string;
}

interface Ask {
  readonly kind: "host" | "user" | "ip";
  readonly value: string;
  readonly from: number;
  readonly to: number;
  readonly signal: AbortSignal;
}

type Store = Pick<LakeStore, "search">;
interface Opening {
  readonly event: StoredEvent;
  readonly key: SessionKey;
  readonly time: number;
}

/** How every known source says that somebody came in. */
const OPENINGS: Query = or([
  and([is("EventID", "4624"), has("TargetLogonId")]),
  and([or([is("type", "USER_START"), is("type", "LOGIN")]), has("ses")]),
  and([
    or([is("program", "sshd"), is("process", "sshd"), is("appname", "sshd")]),
    or([text("session opened for user"), text("Accepted ")]),
  ]),
]);
/** sshd and auditd tell one log-on in several records. */
const ONE_LOG_ON_MS = 60_000;

/** Log-ons of a range, newest first, each with the first closing that follows it. */
export async function logOns(store: Store, ask: Ask): Promise<{ items: readonly LogOn[]; truncated: boolean }> {
  const { from, to, signal } = ask;
  const page = await store.search({
    query: and([aboutOf(ask), OPENINGS]),
    from,
    to,
    limit: MAX_SESSION_EVENTS,
    order: "newest",
    signal,
  });
  const openings = merged(page.events.toReversed()).toReversed();
  const shown = openings.slice(0, MAX_LOG_ONS);
  const closings = await closingsOf(store, shown, signal);
  return {
    items: shown.map((opening) => logOn(opening, endOf(opening, { openings, closings }))),
    truncated: page.nextCursor !== undefined || shown.length < openings.length,
  };
}

function aboutOf({ kind, value }: Ask): Query {
  return kind === "user" ? or([is("user", value), is("TargetUserName", value)]) : is(kind, value);
}

function text(words: string): Query {
  return { kind: "text", pattern: [{ literal: words }] };
}

/** Oldest first. Records of one log-on become one, told by the first. */
function merged(events: readonly StoredEvent[]): Opening[] {
  const last = new Map<string, number>();
  const kept: Opening[] = [];
  for (const event of events) {
    const key = sessionOf(viewOf(event));
    if (key === undefined) continue;
    const time = Date.parse(event.time);
    const name = nameOf(key);
    const before = last.get(name);
    last.set(name, time);
    if (before === undefined || time - before > ONE_LOG_ON_MS) kept.push({ event, key, time });
  }
  return kept;
}

function nameOf({ host, value }: SessionKey): string {
  return `${host.toLowerCase()}\0${value.toLowerCase()}`;
}

/** Times of closings by session, oldest first. */
async function closingsOf(
  store: Store,
  openings: readonly Opening[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const times = new Map<string, number[]>();
  for (let at = 0; at < openings.length; at += CLOSINGS_PER_QUESTION) {
    const part = openings.slice(at, at + CLOSINGS_PER_QUESTION);
    const { events } = await store.search({
      query: or(part.map(({ key }) => closingOf(key))),
      from: Math.min(...part.map(({ time }) => time)),
      to: Math.max(...part.map(({ time }) => time)) + TREE_LOOKAHEAD_MS,
      limit: MAX_SESSION_EVENTS,
      order: "oldest",
      signal,
    });
    for (const event of events) {
      const key = sessionOf(viewOf(event));
      if (key === undefined) continue;
      const known = times.get(nameOf(key)) ?? [];
      times.set(nameOf(key), [...known, Date.parse(event.time)]);
    }
  }
  return times;
}

function closingOf(key: SessionKey): Query {
  return and([is("host", key.host), or(key.fields.map((field) => is(field, key.value))), marks(key.closes)]);
}

interface Around {
  /** Newest first. */
  readonly openings: readonly Opening[];
  readonly closings: ReadonlyMap<string, readonly number[]>;
}

/** Ids are given again: what closes a later session of the same id is not this one's end. */
function endOf({ key, time }: Opening, { openings, closings }: Around): number | undefined {
  const name = nameOf(key);
  const next = openings.findLast((other) => other.time > time && nameOf(other.key) === name);
  const end = closings.get(name)?.find((at) => at >= time);
  return end !== undefined && (next === undefined || end <= next.time) ? end : undefined;
}

function logOn({ event, key }: Opening, closedAt: number | undefined): LogOn {
  const { field } = viewOf(event);
  return {
    kind: key.kind,
    host: key.host,
    value: key.value,
    openedAt: event.time,
    closedAt: closedAt === undefined ? null : new Date(closedAt).toISOString(),
    user: event.entities.user ?? field("TargetUserName") ?? null,
    source: event.entities.srcIp ?? field("IpAddress") ?? field("addr") ?? null,
    logonType: field("LogonType") ?? null,
    eventId: event.id,
  };
}
