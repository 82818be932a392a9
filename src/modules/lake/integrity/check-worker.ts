/** The thread of one check: as `khien verify` does it, so that the server goes on answering. */
import { parentPort, workerData } from "node:worker_threads";
import { verifyOffline } from "../../../platform/audit/index.ts";
import type { CheckAsk, CheckReport } from "./segment-checks.ts";
import { verifySegments } from "./verify.ts";

const { dataDir, segmentDir, deep } = workerData as CheckAsk;
const tell = (report: CheckReport) => parentPort?.postMessage(report);

const audit = await verifyOffline(dataDir);
const segments = await verifySegments(
  { dataDir, segmentDir },
  { quick: !deep, onSegment: () => tell({ kind: "segment" }) },
);
tell({ kind: "done", audit, segments });
