import { fileURLToPath } from "node:url";
import { checkArchitecture, formatFinding } from "../test/architecture/check.ts";
import { readFiles } from "../test/architecture/project.ts";

/** Prints every breach of the house rules with file and line; ends with 1 when there is one. */
const findings = checkArchitecture(readFiles(fileURLToPath(new URL("../", import.meta.url))));
for (const finding of findings) console.log(formatFinding(finding));
if (findings.length > 0) process.exitCode = 1;
