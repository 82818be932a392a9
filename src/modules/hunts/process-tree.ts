import { Fault } from "../../kernel/index.ts";
import type { LakeStore, Query, StoredEvent } from "../lake/index.ts";
import { linkProcesses, type ProcessNode, processNumber, type ProcessRecord, processRecord } from "./core/processes.ts";
import { viewOf } from "./event-view.ts";
import {
  MAX_ANCESTORS,
  MAX_TREE_EVENTS,
  MAX_TREE_LEVELS,
  MAX_TREE_NODES,
  TREE_LOOKAHEAD_MS,
  TREE_LOOKBACK_MS,
} from "./limits.ts";
import { and, has, is, or } from "./queries.ts";

export interface ProcessTree {
  /** Every known process around the one asked for; `parent` names the event of its parent's start. */
  readonly processes: readonly ProcessNode[];
  /** Event of the process asked for; none when all of a host were. */
  readonly root: string | undefined;
  readonly truncated: boolean;
}

export type TreeAsk =
  | { readonly event: string }
  | { readonly host: string; readonly guid: string; readonly at: number }
  | { readonly host: string; readonly pid: number; readonly at: number };

type Store = Pick<LakeStore, "search" | "event">;

const START: Query = or([
  and([is("EventID", "1"), has("ProcessId")]),
  is("EventID", "4688"),
  and([has("ppid"), has("exe")]),
]);

const END: Query = or([and([is("EventID", "5"), has("ProcessGuid")]), is("EventID", "4689")]);

/** Parents up and children down from one process. Every step is one bounded question to the store. */
export async function processTree(store: Store, ask: TreeAsk, signal: AbortSignal): Promise<ProcessTree> {
  const root = await rootOf(store, ask, signal);
  const records = new Map([[root.eventId, root]]);
  const truncatedUp = await climb(store, { root, records, signal });
  await endAncestors(store, { root, records, signal });
  const truncatedDown = await descend(store, { root, records, signal });
  const nodes = linkProcesses([...records.values()]);
  return { processes: related(nodes, root.eventId), root: root.eventId, truncated: truncatedUp || truncatedDown };
}

interface HostAsk {
  readonly host: string;
  readonly from: number;
  readonly to: number;
  readonly signal: AbortSignal;
}

/** Every process a host started in a range; of too many the newest. A parent from before the range is not among them. */
export async function hostProcesses(store: Store, ask: HostAsk): Promise<ProcessTree> {
  const { host, from, to, signal } = ask;
  const query = and([is("host", host), or([START, END])]);
  const { events, nextCursor } = await store.search({
    query,
    from,
    to,
    limit: MAX_TREE_EVENTS,
    order: "newest",
    signal,
  });
  const nodes = linkProcesses(events.flatMap((event) => processRecord(viewOf(event)) ?? []));
  const shown = nodes.slice(-MAX_TREE_NODES);
  return { processes: shown, root: undefined, truncated: nextCursor !== undefined || shown.length < nodes.length };
}

interface Walk {
  readonly root: ProcessRecord;
  readonly records: Map<string, ProcessRecord>;
  readonly signal: AbortSignal;
}

async function rootOf(store: Store, ask: TreeAsk, signal: AbortSignal): Promise<ProcessRecord> {
  let wanted: Exclude<TreeAsk, { event: string }> | undefined;
  if ("event" in ask) {
    const event = await store.event(ask.event, { signal });
    if (event === undefined) throw new Fault("missing", "lake.event.missing", "no such event", { id: ask.event });
    const record = processRecord(viewOf(event));
    if (record?.kind === "start") return record;
    wanted = processOf(event);
  } else wanted = ask;
  if (wanted === undefined) throw new Fault("missing", "hunts.process.none", "the event names no process");
  const { host, at } = wanted;
  const query = "guid" in wanted ? is("ProcessGuid", wanted.guid) : ownNumber(wanted.pid);
  const [start] = await recordsOf(store, {
    query: and([is("host", host), START, query]),
    from: at - TREE_LOOKBACK_MS,
    to: at + 1,
    limit: 1,
    order: "newest",
    signal,
  });
  if (start === undefined)
    throw new Fault("missing", "hunts.process.missing", "no start of that process is stored", { host });
  return start;
}

/** Which process an event is about that is not itself a start. */
function processOf(event: StoredEvent): Exclude<TreeAsk, { event: string }> | undefined {
  const view = viewOf(event);
  const guid = view.field("ProcessGuid") ?? view.field("SourceProcessGuid");
  const pid = processNumber(view.field("ProcessId") ?? view.field("SourceProcessId") ?? view.field("pid"));
  if (view.host === undefined) return undefined;
  if (guid !== undefined) return { host: view.host, guid, at: view.time };
  return pid === undefined ? undefined : { host: view.host, pid, at: view.time };
}

async function climb(store: Store, { root, records, signal }: Walk): Promise<boolean> {
  let child = root;
  for (let level = 0; level < MAX_ANCESTORS; level++) {
    const { parentGuid, parentPid, host, time } = child;
    if (parentGuid === undefined && parentPid === undefined) return false;
    const query = parentGuid === undefined ? ownNumber(parentPid ?? 0) : is("ProcessGuid", parentGuid);
    const ends = parentGuid === undefined ? [endOf(parentPid ?? 0)] : [];
    const wanted = or([and([START, query]), ...ends]);
    const found = await recordsOf(store, {
      query: and([is("host", host), wanted]),
      from: time - TREE_LOOKBACK_MS,
      to: time + 1,
      limit: 5,
      order: "newest",
      signal,
    });
    const parent = found.find(({ eventId }) => eventId !== child.eventId);
    if (parent === undefined || parent.kind === "end" || records.has(parent.eventId)) return false;
    records.set(parent.eventId, parent);
    child = parent;
  }
  return true;
}

/** Those above are found by their starts; how long they ran is one question more. */
async function endAncestors(store: Store, { root, records, signal }: Walk): Promise<void> {
  const above = [...records.values()].filter(({ eventId }) => eventId !== root.eventId);
  if (above.length === 0) return;
  const ends = await recordsOf(store, {
    query: and([is("host", root.host), or(above.map(({ pid }) => endOf(pid)))]),
    from: Math.min(...above.map(({ time }) => time)),
    to: root.time + TREE_LOOKAHEAD_MS,
    limit: MAX_TREE_EVENTS,
    order: "oldest",
    signal,
  });
  for (const end of ends) records.set(end.eventId, end);
}

async function descend(store: Store, { root, records, signal }: Walk): Promise<boolean> {
  let frontier: readonly ProcessRecord[] = [root];
  const until = root.time + TREE_LOOKAHEAD_MS;
  for (let level = 0; level < MAX_TREE_LEVELS && frontier.length > 0; level++) {
    const about = frontier.flatMap((one) => [childOf(one), endOf(one.pid), and([START, ownNumber(one.pid)])]);
    const found = await recordsOf(store, {
      query: and([is("host", root.host), or(about)]),
      from: root.time,
      to: until,
      limit: MAX_TREE_EVENTS,
      order: "oldest",
      signal,
    });
    for (const record of found) if (!records.has(record.eventId)) records.set(record.eventId, record);
    const parents = new Set(frontier.map(({ eventId }) => eventId));
    const children = linkProcesses([...records.values()]).filter(
      ({ parent }) => parent !== undefined && parents.has(parent),
    );
    if (found.length === MAX_TREE_EVENTS || records.size > MAX_TREE_NODES) return true;
    // A query has room for some dozens of processes; a wider level is cut and said to be.
    frontier = children.slice(0, 50);
    if (children.length > frontier.length) return true;
  }
  return frontier.length > 0;
}

function ownNumber(pid: number): Query {
  const hex = `0x${pid.toString(16)}`;
  return or([
    is("NewProcessId", hex),
    is("NewProcessId", String(pid)),
    and([is("ProcessId", String(pid)), has("ParentProcessId")]),
    and([is("pid", String(pid)), has("ppid")]),
  ]);
}

function childOf({ pid, guid }: ProcessRecord): Query {
  if (guid !== undefined) return is("ParentProcessGuid", guid);
  const hex = `0x${pid.toString(16)}`;
  const creator = and([is("EventID", "4688"), or([is("ProcessId", hex), is("ProcessId", String(pid))])]);
  return or([is("ParentProcessId", String(pid)), is("ppid", String(pid)), creator]);
}

function endOf(pid: number): Query {
  const hex = `0x${pid.toString(16)}`;
  return and([
    or([is("EventID", "4689"), is("EventID", "5")]),
    or([is("ProcessId", hex), is("ProcessId", String(pid))]),
  ]);
}

interface Ask {
  readonly query: Query;
  readonly from: number;
  readonly to: number;
  readonly limit: number;
  readonly order: "newest" | "oldest";
  readonly signal: AbortSignal;
}

async function recordsOf(store: Store, ask: Ask): Promise<readonly ProcessRecord[]> {
  const { events } = await store.search(ask);
  return events.flatMap((event) => processRecord(viewOf(event)) ?? []);
}

/** Ancestors and descendants of the root; others came along because they had the same number at another time. */
function related(nodes: readonly ProcessNode[], root: string): readonly ProcessNode[] {
  const byEvent = new Map(nodes.map((node) => [node.eventId, node]));
  const kept = new Set<string>();
  for (let at = byEvent.get(root); at !== undefined && !kept.has(at.eventId); at = byEvent.get(at.parent ?? "")) {
    kept.add(at.eventId);
  }
  const below = new Set([root]);
  // In order of time a parent comes before its children.
  for (const node of nodes) if (node.parent !== undefined && below.has(node.parent)) below.add(node.eventId);
  return nodes.filter(({ eventId }) => kept.has(eventId) || below.has(eventId)).slice(0, MAX_TREE_NODES);
}
