import { randomUUID } from "node:crypto";
import { Fault } from "../../kernel/index.ts";
import { type Audit, actorOf } from "../../platform/audit/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import type { Records } from "../../platform/db/index.ts";
import { QUEUE_COUNTED, QUEUES_OF_PERSON, QUEUES_SEEN } from "./limits.ts";
import type { AlertFilter } from "./records.ts";
import { countGroups } from "./store/groups.ts";
import { arrange, dropQueue, putQueue, queueById, queuesFor, type SavedQueue, startOf } from "./store/queues.ts";
import type { Doer } from "./triage.ts";

export interface QueueWish {
  readonly name: string;
  readonly filter: Readonly<Record<string, string>>;
  readonly isShared: boolean;
  readonly place: number;
}

/** Named filters of the queue: one's own, and those colleagues share. Only the owner changes one. */
export class SavedQueues {
  readonly #deps: { readonly records: Records; readonly audit: Audit; readonly clock: Clock };

  constructor(deps: { readonly records: Records; readonly audit: Audit; readonly clock: Clock }) {
    this.#deps = deps;
  }

  list(userId: string): Promise<readonly SavedQueue[]> {
    return queuesFor(this.#deps.records.query, userId, QUEUES_SEEN);
  }

  /** The queue a person starts with. */
  start(userId: string): Promise<SavedQueue | undefined> {
    return startOf(this.#deps.records.query, userId);
  }

  /** One's own view of the queues: the whole order at once, so that two windows cannot mix their halves. */
  async arrange(wanted: { readonly order: readonly string[]; readonly start: string | null }, by: Doer): Promise<void> {
    const { records, audit } = this.#deps;
    await records.transaction(async (tx) => {
      const seen = await queuesFor(tx, by.who.id, QUEUES_SEEN);
      const known = new Set(seen.map(({ id }) => id));
      // What was removed or is not shared any more meanwhile has no place; what came meanwhile follows after.
      const order = [...new Set([...wanted.order.filter((id) => known.has(id)), ...known])];
      if (wanted.start !== null && !known.has(wanted.start))
        throw new Fault("missing", "alerts.queue.missing", "no such queue");
      await arrange(tx, by.who.id, { order, start: wanted.start });
      const details = { start: wanted.start, queues: order.length };
      await audit.record({ actor: actorOf(by.who), peer: by.peer, verb: "alerts.queue.arranged", details }, tx);
    });
  }

  /** Alerts in a queue, counted up to a bound: many queues are shown at once. */
  async count(filter: AlertFilter): Promise<{ n: number; isLeast: boolean }> {
    const n = await countGroups(this.#deps.records.query, filter, QUEUE_COUNTED);
    return { n: Math.min(n, QUEUE_COUNTED), isLeast: n > QUEUE_COUNTED };
  }

  async create(wish: QueueWish, by: Doer): Promise<SavedQueue> {
    const { records, audit, clock } = this.#deps;
    const owner = { id: by.who.id, name: by.displayName ?? by.who.name };
    return records.transaction(async (tx) => {
      const known = await queuesFor(tx, owner.id, QUEUES_SEEN);
      if (known.filter((queue) => queue.owner.id === owner.id).length >= QUEUES_OF_PERSON)
        throw new Fault("conflict", "alerts.queue.too_many", "too many saved queues", { most: QUEUES_OF_PERSON });
      const queue = {
        ...wish,
        id: randomUUID(),
        owner,
        version: 1,
        updatedAt: clock.now(),
        updatedBy: owner.name,
      };
      await putQueue(tx, queue);
      const details = { id: queue.id, shared: queue.isShared };
      await audit.record({ actor: actorOf(by.who), peer: by.peer, verb: "alerts.queue.created", details }, tx);
      return queue;
    });
  }

  async change(id: string, wish: QueueWish & { readonly version: number }, by: Doer): Promise<SavedQueue> {
    const { records, audit, clock } = this.#deps;
    return records.transaction(async (tx) => {
      const queue = own(await queueById(tx, id), by);
      if (queue.version !== wish.version) {
        throw new Fault("conflict", "alerts.queue.changed_since", "changed since it was read", {
          by: queue.updatedBy,
          at: new Date(queue.updatedAt).toISOString(),
        });
      }
      const next = { ...queue, ...wish, version: wish.version + 1, updatedAt: clock.now() };
      await putQueue(tx, next);
      const details = { id, shared: next.isShared };
      await audit.record({ actor: actorOf(by.who), peer: by.peer, verb: "alerts.queue.changed", details }, tx);
      return next;
    });
  }

  async remove(id: string, by: Doer): Promise<void> {
    const { records, audit } = this.#deps;
    await records.transaction(async (tx) => {
      own(await queueById(tx, id), by);
      await dropQueue(tx, id);
      const details = { id };
      await audit.record({ actor: actorOf(by.who), peer: by.peer, verb: "alerts.queue.removed", details }, tx);
    });
  }
}

/** What is somebody else's and not shared is not there at all. */
function own(queue: SavedQueue | undefined, by: Doer): SavedQueue {
  if (queue === undefined || (queue.owner.id !== by.who.id && !queue.isShared))
    throw new Fault("missing", "alerts.queue.missing", "no such queue");
  if (queue.owner.id !== by.who.id)
    throw new Fault("forbidden", "alerts.queue.not_yours", "only its owner changes a shared queue", {
      owner: queue.owner.name,
    });
  return queue;
}
