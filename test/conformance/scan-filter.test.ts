/**
 * Reading lines lazily settles exactly what parsing and matching them would: over generated lines and, where the
 * shared data is there, over real captures with all rules.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { LineFilter } from "../../src/apps/scan/line-filter.ts";
import type { EventId } from "../../src/kernel/index.ts";
import {
  compileEngine,
  loadLogSources,
  loadRules,
  type LogSourceMap,
  type Rule,
  type Ruleset,
} from "../../src/modules/detection/matching.ts";
import { listFiles, parseRecord, readFileBatches } from "../../src/modules/ingest/parsing.ts";
import { sharedData } from "../shared-data.ts";

const archive = sharedData("detection/sigma-rules/sigma-rules.tar.gz");
const captures = ["security-datasets", "evtx-samples"].flatMap((name) => sharedData(join("detection", name)) ?? []);
let map: LogSourceMap;
let ownRules: Ruleset;

beforeAll(async () => {
  const beside = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
  ({ map } = await loadLogSources(beside("../../content/log-sources")));
  ownRules = compileEngine((await loadRules(beside("../../content/rules"), { logSourceMap: map })).rules, map);
});

function matchesParsed(raw: string, rules: Ruleset, format: string | undefined): readonly Rule[] {
  return rules.match(parseRecord({ id: "" as EventId, door: "file", sensor: "", receivedAt: 0, raw, format }));
}

/** Lines of which something else is found than of the parsed event; with the number of those settled and of those known to match. */
function wronglyRead(
  lines: readonly string[],
  rules: Ruleset,
  format?: string,
): { settled: number; matched: number; wrong: string[] } {
  const filter = new LineFilter(rules);
  const bytes = Buffer.from(`${lines.join("\n")}\n`);
  filter.load(bytes);
  const wrong: string[] = [];
  let matched = 0;
  let at = 0;
  for (const line of lines) {
    const end = bytes.indexOf(10, at);
    const found = filter.settle(at, bytes.length) === end ? [] : LineFilter.matchesOf(filter);
    if (found !== undefined && found.length > 0) matched += 1;
    if (found !== undefined && !isDeepStrictEqual(found, matchesParsed(line, rules, format))) wrong.push(line);
    at = end + 1;
  }
  return { settled: filter.takeSettled(), matched, wrong };
}

test("generated events", () => {
  const values = fc.constantFrom(
    "C:\\Windows\\System32\\vssadmin.exe",
    "vssadmin.exe delete shadows /all /quiet",
    "C:\\Users\\Public\\a.exe",
    "powershell -enc AAAA",
    "sekurlsa::logonpasswords",
    "wevtutil cl Security",
    "DOMAIN\\kẻ-tấn-công",
    "x".repeat(300),
    4688,
    null,
    ["one", "vssadmin"],
  );
  const names = [
    "Image",
    "CommandLine",
    "ParentImage",
    "User",
    "Message",
    "TargetFilename",
    "Source Name",
    "Provider_Name",
  ];
  const record = fc.record(
    {
      EventID: fc.constantFrom(1, 11, 1102, 4688, "4688", 7045),
      Channel: fc.constantFrom("Security", "System", "Microsoft-Windows-Sysmon/Operational"),
      ...Object.fromEntries(names.map((name) => [name, values])),
    },
    { requiredKeys: ["EventID"] },
  );
  let settled = 0;
  let matched = 0;
  fc.assert(
    fc.property(fc.array(record, { minLength: 1, maxLength: 20 }), (records) => {
      const found = wronglyRead(
        records.map((one) => JSON.stringify(one)),
        ownRules,
      );
      settled += found.settled;
      matched += found.matched;
      expect(found.wrong).toEqual([]);
    }),
    { numRuns: 500 },
  );
  expect(settled).toBeGreaterThan(100);
  expect(matched).toBeGreaterThan(100);
});

describe.skipIf(archive === undefined || captures.length < 2)("captures (skipped without the shared data)", () => {
  test("all rules", async () => {
    const { rules } = await loadRules(archive as string, { logSourceMap: map });
    const all = compileEngine(rules, map);
    let matched = 0;
    const files = captures.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
    for (const file of files.filter((one) => one.endsWith(".ndjson.gz") && !one.includes("oracle"))) {
      const lines = gunzipSync(readFileSync(file)).toString("utf8").split("\n");
      const read = wronglyRead(
        lines.filter((line) => line !== ""),
        all,
      );
      expect(read.wrong).toEqual([]);
      matched += read.matched;
    }
    expect(matched).toBeGreaterThan(2_000);
  }, 180_000);

  test("all rules, records of EVTX files", async () => {
    const { rules } = await loadRules(archive as string, { logSourceMap: map });
    const all = compileEngine(rules, map);
    const folder = mkdtempSync(join(tmpdir(), "khien-evtx-"));
    try {
      execFileSync("tar", ["xJf", join(captures[1] as string, "evtx.tar.xz"), "-C", folder]);
      const told = { settled: 0, matched: 0 };
      for await (const path of listFiles(folder)) {
        for await (const batch of readFileBatches(path)) {
          const read = wronglyRead(
            batch.map(({ raw }) => raw),
            all,
            "evtx",
          );
          expect(read.wrong).toEqual([]);
          told.settled += read.settled;
          told.matched += read.matched;
        }
      }
      expect(told.settled).toBeGreaterThan(6_000);
      expect(told.matched).toBeGreaterThan(1_000);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }, 180_000);
});
