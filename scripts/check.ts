import { GATE } from "./gate.ts";
import { printTable, runSteps, total } from "./steps.ts";

/** The whole gate before a commit: types, lint, format, architecture, content, generated files, unit tests. */
const began = Date.now();
const results = await runSteps(GATE);
printTable(results, (Date.now() - began) / 1000);
if (total(results).failed > 0) process.exitCode = 1;
