/**
 * Our findings on real captures against those of an independent matcher (a parser and evaluator of other origin).
 * Every tolerated difference is named here and explained in docs/sigma.md, "Agreement with the reference matcher".
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import type { EventId, KhienEvent } from "../../src/kernel/index.ts";
import type { Rule, Ruleset } from "../../src/modules/detection/index.ts";
import { compileEngine, loadLogSources, loadRules } from "../../src/modules/detection/index.ts";
import { parseRecord } from "../../src/modules/ingest/index.ts";
import { sharedData } from "../shared-data.ts";

const archive = sharedData("detection/sigma-rules/sigma-rules.tar.gz");
const regression = sharedData("detection/sigma-regression");
const captures = sharedData("detection/security-datasets");
const samples = sharedData("detection/evtx-samples");
const activeFolders = /^(?:\.\/)?rules(?:-emerging-threats|-threat-hunting|-placeholder|-compliance)?\//;

let set: Ruleset;
let byId: ReadonlyMap<string, Rule>;

beforeAll(async () => {
  if (archive === undefined) return;
  const { map } = await loadLogSources(fileURLToPath(new URL("../../content/log-sources", import.meta.url)));
  const { rules } = await loadRules(archive, { logSourceMap: map });
  const active = rules.filter(({ file }) => activeFolders.test(file));
  set = compileEngine(active, map);
  byId = new Map(active.map((rule) => [rule.id, rule]));
}, 60_000);

function readLines(path: string): string[] {
  const bytes = readFileSync(path);
  return (path.endsWith(".gz") ? gunzipSync(bytes) : bytes)
    .toString("utf8")
    .split("\n")
    .filter((line) => line !== "");
}

function eventOf(raw: string): KhienEvent {
  return parseRecord({ id: "0" as EventId, door: "file", sensor: "test", receivedAt: 0, raw });
}

/** One finding as text: "where rule line". */
type Findings = Set<string>;

function difference(one: Findings, two: Findings): string[] {
  return [...one].filter((finding) => !two.has(finding));
}

describe.skipIf(archive === undefined || regression === undefined)(
  "sigma-regression (skipped without the shared data)",
  () => {
    test("every rule matches its own regression events exactly as often as expected", () => {
      const folder = regression as string;
      const { tests } = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as {
        tests: { rule_id: string; event_file: string; expected_matches: number }[];
      };
      const counted = tests.map(({ rule_id, event_file }) => {
        const matches = readLines(join(folder, event_file)).filter((line) =>
          set.match(eventOf(line)).some(({ id }) => id === rule_id),
        );
        return [rule_id, matches.length];
      });
      expect(counted).toEqual(tests.map(({ rule_id, expected_matches }) => [rule_id, expected_matches]));
    });

    test("and every other rule on these events agrees with the reference", () => {
      const folder = regression as string;
      const reference = JSON.parse(readFileSync(join(folder, "oracle-all-rules.json"), "utf8")) as Record<
        string,
        string[][]
      >;
      for (const [ruleId, perEvent] of Object.entries(reference)) {
        const ours = readLines(join(folder, "events", `${ruleId}.ndjson`)).map((line) =>
          set
            .match(eventOf(line))
            .map(({ id }) => id)
            .sort(),
        );
        expect(ours).toEqual(perEvent.map((ids) => [...ids].sort()));
      }
    });
  },
);

describe.skipIf(archive === undefined || captures === undefined)(
  "security-datasets (skipped without the shared data)",
  () => {
    test("the findings are the reference's, all and no more", () => {
      const folder = captures as string;
      const expected: Findings = new Set();
      for (const line of readLines(join(folder, "oracle-matches.ndjson.gz"))) {
        const { capture, rule_id, lines } = JSON.parse(line) as { capture: string; rule_id: string; lines: number[] };
        for (const number of lines) expected.add(`${capture.split("/").at(-1)} ${rule_id} ${number}`);
      }
      const found: Findings = new Set();
      const files = [
        ...readdirSync(folder),
        ...readdirSync(join(folder, "throughput")).map((name) => `throughput/${name}`),
      ];
      for (const file of files.filter((name) => name.endsWith(".ndjson.gz") && !name.includes("oracle"))) {
        for (const [index, line] of readLines(join(folder, file)).entries()) {
          for (const { id } of set.match(eventOf(line))) found.add(`${file.split("/").at(-1)} ${id} ${index + 1}`);
        }
      }
      expect(expected.size).toBeGreaterThan(1_000);
      expect(difference(expected, found)).toEqual([]);
      expect(difference(found, expected)).toEqual([]);
    }, 120_000);
  },
);

/**
 * The reference compares the rendering of a list, in which every backslash is doubled; we compare its elements. Given
 * the rendering instead of the list, these rules find exactly what the reference finds.
 */
const listRendering = new Set(["c7c8aa1c-5aff-408e-828b-998e3620b341", "d7326048-328b-4d5e-98af-86e84b17c765"]);

function withRenderedLists(event: KhienEvent): KhienEvent {
  const data = event.fields["Data"];
  if (!Array.isArray(data)) return event;
  return { ...event, fields: Object.assign(Object.create(null), event.fields, { Data: JSON.stringify(data) }) };
}

/** Log sources the reference's map does not route. */
function notRoutedByReference({ logsource }: Rule): boolean {
  const { category, service } = logsource;
  return category === "antivirus" || category === "file_access" || service === "dns-server";
}

describe.skipIf(archive === undefined || samples === undefined)(
  "evtx-samples (skipped without the shared data)",
  () => {
    test("the findings differ from the reference's only where explained", () => {
      const folder = samples as string;
      const expected: Findings = new Set();
      for (const line of readLines(join(folder, "oracle-matches.ndjson.gz"))) {
        const { src, rule_id, lines } = JSON.parse(line) as { src: string; rule_id: string; lines: number[] };
        for (const number of lines) expected.add(`${src} ${rule_id} ${number}`);
      }
      const found: Findings = new Set();
      const rendered: Findings = new Set();
      const counts = new Map<string, number>();
      for (const line of readLines(join(folder, "events.ndjson.gz"))) {
        const { _src, ...record } = JSON.parse(line) as { _src: string };
        const number = (counts.get(_src) ?? 0) + 1;
        counts.set(_src, number);
        const event = eventOf(JSON.stringify(record));
        for (const { id } of set.match(event)) found.add(`${_src} ${id} ${number}`);
        for (const { id } of set.match(withRenderedLists(event))) {
          if (listRendering.has(id)) rendered.add(`${_src} ${id} ${number}`);
        }
      }
      const ruleOf = (finding: string): string => finding.split(" ")[1] as string;
      expect(difference(expected, found).filter((finding) => !listRendering.has(ruleOf(finding)))).toEqual([]);
      const ofLists: Findings = new Set([...expected].filter((finding) => listRendering.has(ruleOf(finding))));
      expect(rendered).toEqual(ofLists);
      expect(
        difference(found, expected).filter((finding) => !notRoutedByReference(byId.get(ruleOf(finding)) as Rule)),
      ).toEqual([]);
    }, 60_000);
  },
);
