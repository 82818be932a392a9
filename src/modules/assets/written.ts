/** What every change of the register has in common: who, when, why, and whom to tell. */
import { Fault, type Instant } from "../../kernel/index.ts";
import { actorOf, type Audit } from "../../platform/audit/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import type { Records, Tx } from "../../platform/db/index.ts";
import type { LiveChannel } from "../../platform/live/index.ts";
import type { Change } from "./core/system.ts";
import type { Asker, HistoryEvent, SystemRecord } from "./records.ts";
import { appendHistory, historyPage } from "./store/history.ts";
import { findSystem } from "./store/systems.ts";

/** How a person is called by colleagues; undefined for who is none, such as a token. */
export type NameOf = (id: string) => Promise<string | undefined>;

export interface RegisterDeps {
  readonly records: Records;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly live: LiveChannel;
  readonly nameOf: NameOf;
  /** Called after every committed change, so that the index is built again. */
  readonly onChanged: () => void;
}

export interface Writing {
  readonly by: Asker;
  readonly person: { readonly id: string; readonly name: string };
  readonly at: Instant;
  readonly reason: string;
}

/** Who writes, when and why, as history keeps it. */
export async function writingOf({ clock, nameOf }: RegisterDeps, by: Asker, reason: string): Promise<Writing> {
  const name = (await nameOf(by.who.id)) ?? by.who.name;
  return { by, person: { id: by.who.id, name }, at: clock.now(), reason: reason.trim() };
}

/** One entry of the history, and the same act in the audit log. */
export async function write(
  { audit }: RegisterDeps,
  tx: Tx,
  entry: {
    readonly system: { readonly id: string; readonly name: string };
    readonly what: HistoryEvent;
    readonly changes: readonly Change[];
    readonly writing: Writing;
    /** Of an act on many systems one entry in the audit log stands for all. */
    readonly isAudited?: boolean;
  },
): Promise<void> {
  const { system, what, changes, writing, isAudited = true } = entry;
  const { at, person: by, reason } = writing;
  await appendHistory(tx, system.id, { at, by, what, reason, changes });
  if (!isAudited) return;
  await audit.record(
    {
      actor: actorOf(writing.by.who),
      peer: writing.by.peer,
      verb: `assets.system.${what}`,
      object: { kind: "asset", id: system.id },
      details: { name: system.name, reason, fields: changes.map(({ field }) => field) },
    },
    tx,
  );
}

/** After the transaction: the index, and everybody who looks at a list. */
export function told({ live, onChanged }: RegisterDeps, ids: readonly string[]): void {
  onChanged();
  live.publish({ event: "assets", data: { ids: ids.slice(0, 100) } });
}

/** The system as the writer saw it; who changed it meanwhile is named otherwise. */
export async function unchanged(tx: Tx, id: string, version: number): Promise<SystemRecord> {
  const system = await findSystem(tx, id);
  if (system === undefined) throw missing(id);
  if (system.version === version) return system;
  const since = await historyPage(tx, id, { before: undefined, limit: Math.max(1, system.version - version) });
  const [last] = since;
  const fields = [...new Set(since.flatMap(({ changes }) => changes.map(({ field }) => field)))];
  throw new Fault("conflict", "assets.system.stale", "somebody else changed the system meanwhile", {
    version: system.version,
    by: last?.by.name ?? "",
    at: new Date(last?.at ?? system.updatedAt).toISOString(),
    fields: fields.join(","),
  });
}

export function missing(id: string): Fault {
  return new Fault("missing", "assets.system.missing", "no such system", { id });
}

export function mustBeActive(system: SystemRecord): void {
  if (system.state === "active") return;
  throw new Fault("conflict", "assets.system.not_active", "the system is not in use any more", {
    name: system.name,
    state: system.state,
  });
}
