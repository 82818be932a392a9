/** A few small captures, as part of every test run; all of them: `node test/flows/all-captures.ts`. */
import { statSync } from "node:fs";
import { expect, test } from "vitest";
import { sharedData } from "../shared-data.ts";
import { capturesIn, compare, importRules, oracle, scanned, throughTheDoor } from "./captures.ts";
import { openServer } from "./server.ts";

const folder = sharedData("detection/security-datasets");
const archive = sharedData("detection/sigma-rules/sigma-rules.tar.gz");
const missing = folder === undefined || archive === undefined;
const SMALL = 6;

test.skipIf(missing)(
  `the HTTP door and khien scan find the same${missing ? " (needs the outside captures)" : ""}`,
  async () => {
    if (folder === undefined || archive === undefined) return;
    const files = capturesIn(folder)
      .toSorted((a, b) => statSync(a).size - statSync(b).size)
      .slice(0, SMALL);
    const names = new Set(files.map((file) => file.split("/").at(-1)));
    const server = await openServer();
    try {
      const byDoor = await throughTheDoor(server, files, await importRules(server, archive));
      const byScan = await scanned(files, archive);
      expect(byDoor.size).toBeGreaterThan(10);
      expect(compare(byDoor, byScan)).toEqual({ both: byScan.size, missing: [], extra: [] });
      const expected = new Set([...(oracle(folder) ?? [])].filter((one) => names.has(one.split("\t")[0])));
      expect(compare(byDoor, expected).missing).toEqual([]);
    } finally {
      await server.close();
    }
  },
);
