/** Makes batches of events and encodes them as the threads of the pipeline do; the lake only has to write them down. */
import { parentPort } from "node:worker_threads";
import { EventEncoder } from "../src/modules/lake/encoding.ts";
import { eventsOf } from "./hunt-events.ts";

const port = parentPort;
if (port === null) throw new Error("bench/hunt.ts starts this");
const encoder = new EventEncoder();
port.on("message", (ask: { from: number; count: number; total: number }) => {
  const encoded = encoder.encode(eventsOf(ask), { withColumns: false });
  const { hashes, ids } = encoded.inventory.leaves;
  port.postMessage(encoded, [encoded.file.buffer, hashes.buffer, ids.buffer]);
});
