/** By hand: node test/faults/journal-kill.ts [rounds]. Exit code 1 when anything acknowledged was lost or doubled. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { killRounds } from "./kill-rounds.ts";

const dir = mkdtempSync(join(tmpdir(), "khien-kill-"));
const result = await killRounds(dir, Number(process.argv[2] ?? 20), Math.random);
console.log(result);
rmSync(dir, { recursive: true, force: true });
process.exitCode = result.lost === 0 && result.duplicated === 0 ? 0 : 1;
