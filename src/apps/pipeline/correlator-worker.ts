/**
 * The correlator thread: the one place where detection remembers. It takes the batches of all matching threads in
 * journal order and writes its memory down from time to time.
 */
import { parentPort, workerData } from "node:worker_threads";
import type { JournalPosition } from "../../kernel/index.ts";
import { CorrelationStage } from "./correlation-stage.ts";
import { SNAPSHOTS_KEPT } from "./limits.ts";
import type {
  Adopted,
  CorrelatorAnswer,
  CorrelatorOrder,
  JournalExtent,
  Planned,
  Restored,
  Snapshotted,
} from "./protocol.ts";
import { SnapshotFolder } from "./snapshot-folder.ts";
import { statefulPart } from "./stateful-part.ts";

const port = parentPort;
if (port === null) throw new Error("correlations run in a worker thread");
const folder = new SnapshotFolder((workerData as { dir: string }).dir, SNAPSHOTS_KEPT);

let planned: Planned | undefined;
let stage: CorrelationStage | undefined;
let position: JournalPosition = 0;

port.on("message", (order: CorrelatorOrder) => {
  port.postMessage(obey(order));
});

function obey(order: CorrelatorOrder): CorrelatorAnswer {
  switch (order.kind) {
    case "restore":
      return restore(order);
    case "adopt":
      return adopt(order.planned, order.isNew);
    case "run":
      position = order.upTo;
      return { kind: "run", ...ready().run(order.stream) };
    case "snapshot":
      return { kind: "snapshot", ...snapshot(order.extent) };
  }
}

function restore({ upTo, oldest, fallback }: Extract<CorrelatorOrder, { kind: "restore" }>): Restored {
  folder.cutAt(upTo);
  const used = folder.useNewest((newest) => ({
    ...newest,
    stage: CorrelationStage.continued(newest.planned, newest.state),
  }));
  planned = used?.planned ?? folder.rulesAt(oldest) ?? fallback;
  stage = used?.stage ?? CorrelationStage.fresh(planned);
  position = used?.position ?? oldest;
  const changes = folder.rulesAfter(position);
  return { kind: "restore", position: used?.position, planned, changes, damaged: folder.damaged.splice(0) };
}

/** What is unchanged keeps its state. New rules are durable before anything is found with them. */
function adopt(next: Planned, isNew: boolean): Adopted {
  if (isNew) folder.noteRules({ position, planned: statefulPart(next) });
  stage = CorrelationStage.continued(next, ready().state());
  planned = next;
  return { kind: "adopt", load: stage.load() };
}

/** A full disk must not end the thread: the state goes on, only the next restart takes longer. */
function snapshot(extent: JournalExtent): Omit<Snapshotted, "kind"> {
  const started = performance.now();
  if (planned === undefined) throw new Error("a snapshot was asked for before anything ran");
  try {
    const bytes = folder.write({ position, planned: statefulPart(planned), state: ready().state() });
    folder.prune(extent);
    return { positions: folder.positions(), bytes, tookMs: performance.now() - started };
  } catch (error) {
    const failure = error instanceof Error ? error.message : String(error);
    return { positions: folder.positions(), bytes: 0, tookMs: performance.now() - started, failure };
  }
}

function ready(): CorrelationStage {
  if (stage === undefined) throw new Error("the correlator was not restored");
  return stage;
}
