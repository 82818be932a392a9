import { ensureBuild } from "../bin/bootstrap/build.mjs";
import { explain } from "../bin/bootstrap/trouble.mjs";
import { GATE } from "./gate.ts";
import { withoutNetwork } from "./isolation.ts";
import { formatTally, printTable, runSteps, total, vitest } from "./steps.ts";
import { ensureTools } from "./tools.ts";

/** Everything: the gate, the flows, the built program in a real browser. Ends with one line that counts the tests. */
const began = Date.now();
const trouble: unknown[] = [];
for (const prepare of [ensureTools, ensureBuild]) {
  try {
    await prepare();
  } catch (error) {
    explain(error);
    trouble.push(error);
  }
}

const results = await runSteps(GATE);
// One at a time: these measure time and memory, and drive a browser.
results.push(...(await runSteps([withoutNetwork(vitest("flows"), "both"), withoutNetwork(vitest("e2e"), "v4")], 1)));
printTable(results, (Date.now() - began) / 1000);

const sum = total(results);
const tally = { ...sum, failed: sum.failed + trouble.length };
if (tally.failed > 0) process.exitCode = 1;
if (tally.passed + tally.failed === 0) {
  console.error("no test ran");
  process.exitCode = 1;
}
console.log(formatTally(tally));
