import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { checkArchitecture, formatFinding } from "./architecture/check.ts";
import { readFiles } from "./architecture/project.ts";

test("the project keeps its own law (architecture.json, docs/adr)", () => {
  const files = readFiles(fileURLToPath(new URL("../", import.meta.url)));
  expect(checkArchitecture(files).map(formatFinding)).toEqual([]);
});
