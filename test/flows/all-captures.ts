/**
 * All captures through both ways in, compared with each other and with the list of another engine. By hand:
 *   node test/flows/all-captures.ts
 */
import { sharedData } from "../shared-data.ts";
import { capturesIn, compare, importRules, oracle, scanned, throughTheDoor } from "./captures.ts";
import { openServer } from "./server.ts";

const captures = sharedData("detection/security-datasets");
const archive = sharedData("detection/sigma-rules/sigma-rules.tar.gz");
if (captures === undefined || archive === undefined) throw new Error("the captures or the rules are not here");

const files = capturesIn(captures);
let started = performance.now();
const took = (): string => `${((performance.now() - started) / 1000).toFixed(1)} s`;
const byScan = await scanned(files, archive);
console.log(`scan: ${files.length} captures, ${byScan.size} findings, ${took()}`);

const server = await openServer();
started = performance.now();
const rules = await importRules(server, archive);
console.log(`import: ${rules.size} rules, ${took()}`);
started = performance.now();
const byDoor = await throughTheDoor(server, files, rules);
console.log(`door: ${byDoor.size} findings, ${took()}`);
await server.close();

report("door against scan", compare(byDoor, byScan));
const expected = oracle(captures);
if (expected !== undefined) {
  report("scan against the oracle", compare(byScan, expected));
  report("door against the oracle", compare(byDoor, expected));
}

function report(what: string, { both, missing, extra }: ReturnType<typeof compare>): void {
  console.log(`${what}: ${both} in both, ${missing.length} missing, ${extra.length} extra`);
  for (const [kind, list] of [
    ["missing", missing],
    ["extra", extra],
  ] as const) {
    const byRule = Map.groupBy(list, (one) => one.split("\t")[2] ?? "");
    for (const [rule, ones] of byRule)
      console.log(`  ${kind} ${ones.length} ${rule} e.g. ${ones[0]?.split("\t").slice(0, 2).join(":")}`);
  }
}
