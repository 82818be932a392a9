/** What events name and the register does not: asked of the lake, less what is registered and what people said to ignore. */
import { randomUUID } from "node:crypto";
import { Fault, foldText, type Instant } from "../../kernel/index.ts";
import { actorOf } from "../../platform/audit/index.ts";
import type { LakeStore } from "../lake/index.ts";
import { isInternal, parseAddress } from "./core/address.ts";
import { type Identifier, identifierOf, type IdentifierKind } from "./core/identifiers.ts";
import type { Criticality } from "./core/importance.ts";
import { changesBetween, EMPTY_SYSTEM, firstChanges, type PlacedIdentifier } from "./core/system.ts";
import {
  MAX_IDENTIFIERS_OF_SYSTEM,
  MAX_IGNORED,
  MAX_SEEN_ROWS,
  MAX_SEEN_SENSORS,
  SEEN_FRESH_MS,
  SEEN_TIMEOUT_MS,
} from "./limits.ts";
import type { Asker, SystemRecord } from "./records.ts";
import { type AssetRegister, checkPlace, checkRoom, fresh, tidy } from "./register.ts";
import { allIgnored, countIgnored, dropIgnored, type Ignored, putIgnored } from "./store/ignored.ts";
import { findSystem, insertSystem, updateSystem } from "./store/systems.ts";
import { missing, mustBeActive, told, write, type Writing, writingOf } from "./written.ts";

const DAY_MS = 86_400_000;

export type SeenKind = "host" | "address";

export interface Seen {
  readonly kind: SeenKind;
  readonly value: string;
  readonly events: number;
  readonly firstSeen: string;
  readonly lastSeen: string;
  readonly sensors: readonly string[];
  readonly isInternal: boolean;
}

interface Traffic {
  readonly at: Instant;
  readonly rows: readonly Seen[];
  readonly truncated: boolean;
}

export interface SeenAsk {
  readonly days: number;
  readonly kind: SeenKind;
  readonly reach: "internal" | "all";
  readonly q: string | undefined;
  readonly signal: AbortSignal;
}

export interface SeenItem {
  readonly kind: IdentifierKind;
  readonly value: string;
}

export type Into =
  | { readonly kind: "system"; readonly id: string; readonly service: string | null }
  | { readonly kind: "new"; readonly name: string; readonly criticality: Criticality; readonly owner: string | null };

export class SeenAssets {
  readonly #register: AssetRegister;
  readonly #lake: Pick<LakeStore, "pipeline">;
  readonly #traffic = new Map<string, Traffic>();

  constructor({ register, lake }: { readonly register: AssetRegister; readonly lake: Pick<LakeStore, "pipeline"> }) {
    this.#register = register;
    this.#lake = lake;
  }

  async list(ask: SeenAsk) {
    const [traffic, index, ignoredRows] = await Promise.all([
      this.#trafficOf(ask),
      this.#register.index(),
      allIgnored(this.#register.deps.records.query),
    ]);
    const ignored = new Set(ignoredRows.filter(({ kind }) => kind === ask.kind).map(({ folded }) => folded));
    const wanted = foldText(ask.q ?? "");
    const counts = { registered: 0, ignored: 0 };
    const items = traffic.rows.filter((seen) => {
      if (ask.reach === "internal" && !seen.isInternal) return false;
      if (index.knows(seen)) {
        counts.registered += 1;
        return false;
      }
      if (ignored.has(identifierOf(seen.kind, seen.value)?.folded ?? "")) {
        counts.ignored += 1;
        return false;
      }
      return foldText(seen.value).includes(wanted) || seen.sensors.some((name) => foldText(name).includes(wanted));
    });
    return { items, ...counts, truncated: traffic.truncated, asOf: traffic.at };
  }

  /** All of them into one system: one that is there, or a new one. What it has already is not added twice. */
  async register(items: readonly SeenItem[], into: Into, by: Asker) {
    const { deps } = this.#register;
    const writing = await writingOf(deps, by, "");
    const identifiers = identifiersOf(items);
    const done = await deps.records.transaction(async (tx) => {
      await checkRoom(tx, identifiers.length);
      if (into.kind === "new") {
        const system = newSystem(into, identifiers, writing);
        await checkPlace(tx, system);
        await insertSystem(tx, system);
        await write(deps, tx, { system, what: "registered", changes: firstChanges(system), writing });
        return { system, added: identifiers.length };
      }
      const before = await findSystem(tx, into.id);
      if (before === undefined) throw missing(into.id);
      mustBeActive(before);
      const placed = identifiers.map((each) => ({ ...each, service: into.service }));
      const tidied = tidy({ ...before, identifiers: [...before.identifiers, ...placed] });
      if (tidied.identifiers.length > MAX_IDENTIFIERS_OF_SYSTEM) {
        const limit = MAX_IDENTIFIERS_OF_SYSTEM;
        throw new Fault("too_large", "assets.system.too_many_identifiers", "too many identifiers of one system", {
          limit,
        });
      }
      const system: SystemRecord = { ...before, ...tidied, version: before.version + 1, updatedAt: writing.at };
      const changes = changesBetween(before, system);
      if (changes.length === 0) return { system: before, added: 0 };
      await updateSystem(tx, system, { partsToo: true });
      await write(deps, tx, { system, what: "registered", changes, writing });
      return { system, added: system.identifiers.length - before.identifiers.length };
    });
    told(deps, [done.system.id]);
    return done;
  }

  async ignore(items: readonly SeenItem[], reason: string, by: Asker): Promise<number> {
    const { deps } = this.#register;
    const { person, at } = await writingOf(deps, by, reason);
    const ignored = identifiersOf(items).map((each): Ignored => ({ ...each, reason, at, by: person }));
    await deps.records.transaction(async (tx) => {
      if ((await countIgnored(tx)) + ignored.length > MAX_IGNORED) {
        throw new Fault("too_large", "assets.seen.too_many", "too much is ignored", { limit: MAX_IGNORED });
      }
      await putIgnored(tx, ignored);
      await deps.audit.record(
        {
          actor: actorOf(by.who),
          peer: by.peer,
          verb: "assets.seen.ignored",
          details: { reason, values: valuesOf(items) },
        },
        tx,
      );
    });
    told(deps, []);
    return ignored.length;
  }

  async unignore(items: readonly SeenItem[], by: Asker): Promise<number> {
    const { deps } = this.#register;
    const identifiers = identifiersOf(items);
    await deps.records.transaction(async (tx) => {
      await dropIgnored(tx, identifiers);
      await deps.audit.record(
        { actor: actorOf(by.who), peer: by.peer, verb: "assets.seen.unignored", details: { values: valuesOf(items) } },
        tx,
      );
    });
    told(deps, []);
    return identifiers.length;
  }

  ignored(): Promise<readonly Ignored[]> {
    return allIgnored(this.#register.deps.records.query);
  }

  /** The same question again within a minute is not asked of the lake. */
  async #trafficOf({ days, kind, signal }: SeenAsk): Promise<Traffic> {
    const now = this.#register.deps.clock.now();
    const key = `${kind} ${days}`;
    const held = this.#traffic.get(key);
    if (held !== undefined && now - held.at < SEEN_FRESH_MS) return held;
    const fields = kind === "host" ? ["host"] : ["src_ip", "dst_ip"];
    const rows = new Map<string, Seen>();
    let truncated = false;
    for (const field of fields) {
      const answer = await this.#lake.pipeline({
        query: `${field}:* and not exercise_id:* | stats count() as n, min(time) as first, max(time) as last, values(sensor) as sensors by ${field} | sort -n | head ${MAX_SEEN_ROWS}`,
        from: now - days * DAY_MS,
        to: now,
        limit: MAX_SEEN_ROWS,
        signal,
        timeoutMs: SEEN_TIMEOUT_MS,
      });
      if (answer.kind !== "table") continue;
      truncated ||= answer.truncated || answer.rows.length >= MAX_SEEN_ROWS;
      for (const row of answer.rows) merge(rows, seenOf(kind, row));
    }
    const traffic = { at: now, rows: [...rows.values()].sort((a, b) => b.events - a.events), truncated };
    this.#traffic.set(key, traffic);
    return traffic;
  }
}

function seenOf(kind: SeenKind, row: readonly (string | number | null)[]): Seen {
  const [value, events, first, last, sensors] = row;
  const text = String(value);
  const address = parseAddress(text);
  return {
    kind,
    value: text,
    events: Number(events),
    firstSeen: String(first),
    lastSeen: String(last),
    sensors: String(sensors ?? "")
      .split(", ")
      .filter((name) => name !== "")
      .slice(0, MAX_SEEN_SENSORS),
    isInternal: kind === "host" || (address !== undefined && isInternal(address)),
  };
}

/** An address is seen as source and as destination, a host in upper and lower case: one row each. */
function merge(rows: Map<string, Seen>, seen: Seen): void {
  // What cannot be an identifier (an empty name, a text of a stranger) cannot be registered either.
  const key = identifierOf(seen.kind, seen.value)?.folded;
  if (key === undefined) return;
  const held = rows.get(key);
  if (held === undefined) {
    rows.set(key, seen);
    return;
  }
  rows.set(key, {
    ...held,
    events: held.events + seen.events,
    firstSeen: held.firstSeen < seen.firstSeen ? held.firstSeen : seen.firstSeen,
    lastSeen: held.lastSeen > seen.lastSeen ? held.lastSeen : seen.lastSeen,
    sensors: [...new Set([...held.sensors, ...seen.sensors])].slice(0, MAX_SEEN_SENSORS),
  });
}

function identifiersOf(items: readonly SeenItem[]): readonly Identifier[] {
  return items.map(({ kind, value }) => {
    const identifier = identifierOf(kind, value);
    if (identifier === undefined) {
      throw new Fault("invalid", "assets.identifier.wrong", `not a ${kind}`, { kind, value: value.slice(0, 200) });
    }
    return identifier;
  });
}

function newSystem(
  { name, criticality, owner }: Extract<Into, { kind: "new" }>,
  identifiers: readonly Identifier[],
  { at }: Writing,
): SystemRecord {
  const placed: readonly PlacedIdentifier[] = identifiers.map((each) => ({ ...each, service: null }));
  const content = tidy({ ...EMPTY_SYSTEM, name, criticality, owner, identifiers: placed });
  return { ...fresh(content, at), id: randomUUID() };
}

function valuesOf(items: readonly SeenItem[]): string[] {
  return items.slice(0, 20).map(({ kind, value }) => `${kind} ${value}`);
}
