/**
 * Runs any command where nothing can leave, and prints what tried to:
 *   node test/offline/run-in-namespace.ts -- COMMAND…
 * Exit code: the command's own, or 3 when the command succeeded but a packet tried to leave.
 */
import { spawnSync } from "node:child_process";
import { writeSync } from "node:fs";
import { furnish, mayIsolate, type Outcome, readCounters, runIsolated, sent } from "./namespace.ts";

const [first, ...rest] = process.argv.slice(2);
const command = first === "--" ? rest : first === "--inside" ? rest.slice(1) : [];
if (command.length === 0) {
  console.error("usage: node test/offline/run-in-namespace.ts -- COMMAND…");
  process.exit(1);
}

if (first === "--inside") inside();
else await outside();

function inside(): void {
  const witnessed = furnish();
  const before = sent(readCounters());
  const done = spawnSync(command[0] ?? "", command.slice(1), { stdio: "inherit" });
  const counters = readCounters();
  const outcome: Outcome = { code: done.status ?? 1, counters, witnessed, left: sent(counters) - before };
  writeSync(3, JSON.stringify(outcome));
}

async function outside(): Promise<void> {
  if (!mayIsolate()) {
    console.error("no right to make a network namespace here (unshare --net)");
    process.exit(1);
  }
  const outcome = await runIsolated(command);
  for (const one of outcome.counters) {
    console.log(
      `${one.interface}: ${one.sentPackets} packets (${one.sentBytes} bytes) sent, ${one.receivedPackets} received`,
    );
  }
  console.log(
    `the witness counted ${outcome.witnessed} of 1 packet sent on purpose; ${outcome.left} packets tried to leave while the command ran`,
  );
  process.exitCode = outcome.code === 0 && outcome.left > 0 ? 3 : outcome.code;
}
