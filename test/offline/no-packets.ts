/**
 * A server, a sample exercise and a walk through the API with no way out, counted:
 *   node test/offline/no-packets.ts
 */
import { fileURLToPath } from "node:url";
import { type Outcome, runIsolated } from "./namespace.ts";

const WALK = fileURLToPath(new URL("./walk.ts", import.meta.url));

export function walkIsolated(quiet = true): Promise<Outcome> {
  return runIsolated([process.execPath, WALK], { quiet });
}

if (import.meta.main) {
  const { code, counters, witnessed, left } = await walkIsolated(false);
  for (const one of counters)
    console.log(`${one.interface}: ${one.sentPackets} packets sent, ${one.receivedPackets} received`);
  console.log(
    `the walk ended with ${code}; the witness counted ${witnessed} of 1 packet sent on purpose; ${left} packets tried to leave`,
  );
  process.exitCode = code === 0 && left === 0 ? 0 : 1;
}
