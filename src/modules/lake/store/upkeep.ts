/**
 * What is done to whole segments, one thing at a time: witnessing, locating, holding, dropping, merging.
 * Deciding what may go, and telling the audit log first, is integrity's and retention's part.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Instant } from "../../../kernel/index.ts";
import type { Query } from "../core/query/tree.ts";
import { leavesFileOf } from "../integrity/leaves-file.ts";
import { findDamage, mayBeDamage } from "./damage.ts";
import type { Connection } from "./database.ts";
import type { EventStore } from "./event-store.ts";
import { Lane } from "./lane.ts";
import { mergeSegments } from "./merge-segments.ts";
import { count } from "./queries.ts";
import { type Segment, syncDirectory } from "./segment-files.ts";
import { type LocatedEvent, locateEvent, type Witnessed, witnessSegment } from "./witness.ts";

export interface HoldQuery {
  readonly hold: string;
  readonly query: Query;
  readonly from: Instant;
  readonly to: Instant;
}

export interface UpkeepCalls {
  segments: { ask: Record<never, never>; answer: readonly Segment[] };
  witness: { ask: { name: string }; answer: Witnessed };
  locate: { ask: { id: string }; answer: LocatedEvent | null };
  /** Holds that find an event in a segment, by segment. */
  held: {
    ask: { segments: readonly string[]; holds: readonly HoldQuery[] };
    answer: readonly { readonly segment: string; readonly holds: readonly string[] }[];
  };
  /** Out of the manifest, then off the disk; nothing happens when it is gone already. */
  dropSegment: { ask: { name: string }; answer: null };
  /** One segment with the events of several; their files stay until `dropSegment`. */
  mergeSegments: { ask: { names: readonly string[] }; answer: Segment };
}
export type UpkeepCall = keyof UpkeepCalls;
type Ask<Call extends UpkeepCall> = UpkeepCalls[Call]["ask"];
type Answer<Call extends UpkeepCall> = UpkeepCalls[Call]["answer"];

export class Upkeep {
  readonly #store: () => EventStore;
  readonly #lane = new Lane();

  constructor(store: () => EventStore) {
    this.#store = store;
  }

  segments(): Answer<"segments"> {
    return this.#store().parts().segments;
  }

  witness({ name }: Ask<"witness">): Promise<Witnessed> {
    return this.#with([name], async (connection, store) => {
      const { segments, segmentDir } = store.parts();
      const segment = segments.find((one) => one.name === name);
      if (segment === undefined) throw new Error(`no segment ${name}`);
      const inventory = store.inventories.take(name);
      return await witnessSegment(connection, { dir: segmentDir, segment, inventory });
    });
  }

  locate({ id }: Ask<"locate">): Promise<LocatedEvent | null> {
    return this.#with(undefined, async (connection, store) => {
      const { segments, segmentDir } = store.parts();
      const paths = segments.map(({ name }) => join(segmentDir, name));
      return (await locateEvent(connection, paths, id)) ?? null;
    });
  }

  held({ segments, holds }: Ask<"held">): Promise<Answer<"held">> {
    return this.#with(segments, async (connection, store) => {
      const parts = store.parts();
      const found: { segment: string; holds: string[] }[] = [];
      for (const name of segments) {
        const segment = parts.segments.find((one) => one.name === name);
        if (segment === undefined) continue;
        const holding: string[] = [];
        for (const { hold, query, from, to } of holds) {
          const run = {
            connection,
            parts: { ...parts, segments: [segment], hot: [] },
            check: () => {},
            spellings: (field: string) => store.spellings(field),
            fieldNames: () => store.fieldNames(),
          };
          const answer = await count(run, { query, from, to });
          if (answer.count > 0) holding.push(hold);
        }
        found.push({ segment: name, holds: holding });
      }
      return found;
    });
  }

  dropSegment({ name }: Ask<"dropSegment">): Promise<null> {
    return this.#lane.run(async () => {
      const store = this.#store();
      const { segmentDir } = store.parts();
      await store.replaceSegments(new Set([name]));
      store.forgetProblem("segment_missing", name);
      const path = join(segmentDir, name);
      for (const file of [path, leavesFileOf(path)]) await rm(file, { force: true });
      await syncDirectory(segmentDir);
      return null;
    });
  }

  mergeSegments({ names }: Ask<"mergeSegments">): Promise<Segment> {
    return this.#with(names, (connection, store) => mergeSegments(connection, store, names));
  }

  /** A damaged segment among those read (all unless named) is isolated: what comes next goes on without it. */
  #with<T>(
    names: readonly string[] | undefined,
    work: (connection: Connection, store: EventStore) => Promise<T>,
  ): Promise<T> {
    return this.#lane.run(async () => {
      const store = this.#store();
      const connection = await store.connect();
      try {
        return await work(connection, store);
      } catch (error) {
        if (mayBeDamage(error)) await isolateDamage(connection, store, { error, names });
        throw error;
      } finally {
        connection.close();
      }
    });
  }
}

async function isolateDamage(
  connection: Connection,
  store: EventStore,
  { error, names }: { readonly error: unknown; readonly names: readonly string[] | undefined },
): Promise<void> {
  const parts = store.parts();
  const segments = parts.segments.filter(({ name }) => names === undefined || names.includes(name));
  const search = { error, range: undefined, check: () => {} };
  for (const damage of await findDamage(connection, { ...parts, segments, hot: [] }, search)) {
    await store.isolate(damage);
  }
}
