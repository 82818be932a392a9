/** What an operator may put beside our content: maps in SigmaHQ's form, values for placeholders; and real records on top. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sharedData } from "../../../test/shared-data.ts";
import type { EventId, KhienEvent } from "../../kernel/index.ts";
import { openMembers, textOfMember } from "../../platform/archive/index.ts";
import { yamlParser } from "../../platform/yaml/index.ts";
import { parseRecord } from "../ingest/index.ts";
import type { Rule } from "./core/sigma/index.ts";
import { parseLogSourceMap, parseRules } from "./core/sigma/index.ts";
import { compileEngine, loadLogSources, loadPlaceholders } from "./engine.ts";

const archive = sharedData("detection/sigma-rules/sigma-rules.tar.gz");
const content = fileURLToPath(new URL("../../../content/log-sources", import.meta.url));
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "khien-maps-"));
});
afterAll(() => rm(folder, { recursive: true }));

function eventOf(record: object): KhienEvent {
  return parseRecord({ id: "0" as EventId, door: "file", sensor: "t", receivedAt: 0, raw: JSON.stringify(record) });
}

function ruleOf(source: string, detection: string, more = ""): Rule {
  const text = `title: t\n${more}logsource: ${source}\ndetection:\n  sel: ${detection}\n  condition: sel\n`;
  const { rules, problems } = parseRules(text, { documents: yamlParser, version: "1" });
  expect(problems).toEqual([]);
  return rules[0] as Rule;
}

describe("our content", () => {
  const processCreation = "{ product: windows, category: process_creation }";
  const sysmon = ruleOf(processCreation, "{ Image|endswith: \\whoami.exe, CommandLine|contains: /all }");
  const ecs = ruleOf(processCreation, "{ process.executable|endswith: \\whoami.exe }", "taxonomy: ecs\n");
  const started = { executable: "C:\\Windows\\System32\\whoami.exe", command_line: "whoami /all" };
  const records: readonly (readonly [string, object])[] = [
    [
      "ECS",
      {
        "@timestamp": "2026-03-04T05:06:07Z",
        event: { category: ["process"], type: ["start"] },
        host: { os: { type: "windows" } },
        process: started,
      },
    ],
    [
      "OCSF",
      {
        class_uid: 1007,
        activity_id: 1,
        time: 1_772_600_767_123,
        metadata: { version: "1.3.0" },
        device: { os: { type_id: 100 } },
        process: { cmd_line: started.command_line, file: { path: started.executable } },
      },
    ],
    [
      "Sysmon",
      {
        winlog: {
          channel: "Microsoft-Windows-Sysmon/Operational",
          event_id: 1,
          event_data: { Image: started.executable, CommandLine: started.command_line },
        },
      },
    ],
    [
      "security auditing",
      {
        winlog: {
          channel: "Security",
          event_id: 4688,
          event_data: { NewProcessName: started.executable, CommandLine: started.command_line },
        },
      },
    ],
  ];

  test("has no problems", async () => {
    expect((await loadLogSources(content)).problems).toEqual([]);
  });

  test.each(records)("a process start of %s is seen by rules in Sysmon's names and in ECS names", async (_, record) => {
    const { map } = await loadLogSources(content);
    const set = compileEngine([sysmon, ecs], map);
    expect(set.match(eventOf(record))).toEqual([sysmon, ecs]);
  });

  test("other kinds of ECS and OCSF events are not", async () => {
    const { map } = await loadLogSources(content);
    const set = compileEngine([ruleOf(processCreation, "{ Image|exists: false }")], map);
    const [, ended] = records[0] as readonly [string, { event: object }];
    expect(set.match(eventOf({ ...ended, event: { category: ["process"], type: ["end"] } }))).toEqual([]);
    const [, opened] = records[1] as readonly [string, object];
    expect(set.match(eventOf({ ...opened, activity_id: 3 }))).toEqual([]);
  });

  test("what rules can be fed is told: renamed files, macOS, canaries", async () => {
    const { map } = await loadLogSources(content);
    const fed = ["{ product: windows, category: file_rename }", "{ product: macos, category: process_creation }"];
    fed.push("{ product: windows, category: file_access }", "{ product: opencanary, category: application }");
    expect(
      compileEngine(
        fed.map((source) => ruleOf(source, "{ A: a }")),
        map,
      ).noSource,
    ).toEqual([]);
    const none = [ruleOf("{ product: cisco, service: aaa }", "{ A: a }")];
    expect(compileEngine(none, map).noSource).toEqual(none);
  });
});

describe("files of the operator", () => {
  test("a map in SigmaHQ's form is recognised in the folder", async () => {
    await writeFile(
      join(folder, "scanner.yml"),
      "logsources:\n  x:\n    product: app\n    category: login\n    conditions: { kind: 7 }\n    rewrite: { product: app, service: audit }\n    fieldmappings: { User: who }\n",
    );
    const { map, problems } = await loadLogSources(folder);
    expect(problems).toEqual([]);
    const set = compileEngine([ruleOf("{ product: app, category: login }", "{ User: root }")], map);
    const event = { logsource: { product: "app", service: "audit" }, fields: { kind: "7", who: "ROOT" }, raw: "" };
    expect(set.match(event)).toHaveLength(1);
    expect(set.match({ ...event, fields: { kind: 8, who: "root" } })).toEqual([]);
  });

  test("values for placeholders; without them the rule is rejected by name", async () => {
    const file = join(folder, "values.yaml");
    await writeFile(file, "Admins: [root, 'svc_*']\n");
    const rule = ruleOf("{ product: app }", "{ User|expand: '%Admins%' }");
    const { map, problems } = await loadLogSources(folder, file);
    expect(problems).toEqual([]);
    const event = { logsource: { product: "app" }, fields: { User: "svc_backup" }, raw: "" };
    expect(compileEngine([rule], map).match(event)).toHaveLength(1);
    const without = compileEngine([rule], (await loadLogSources(folder)).map);
    expect(without.rules).toEqual([]);
    expect(without.rejected).toMatchObject([{ code: "sigma.modifier.placeholder", line: 4 }]);
    expect(without.rejected[0]?.message).toContain("%Admins%");
  });

  test("a values file that is not there is a problem, not a crash", async () => {
    const { problems } = await loadPlaceholders(join(folder, "absent.yml"));
    expect(problems).toMatchObject([{ code: "sigma.placeholders.unreadable" }]);
  });
});

describe.skipIf(archive === undefined)("SigmaHQ's own files (skipped without the shared data)", () => {
  async function readMember(wanted: RegExp): Promise<string> {
    const limits = { maxEntries: 50_000, maxEntryBytes: 4 << 20, maxTotalBytes: 512 << 20 };
    const options = { accept: (name: string) => wanted.test(name), limits, onRefused: () => undefined };
    // The stream ends with the loop, so the text is read inside it.
    for await (const member of openMembers(archive as string, options)) return await textOfMember(member);
    throw new Error(`no ${wanted.source}`);
  }

  test("the map for scanners: every route and channel of it, only file names are not used", async () => {
    const { map, problems } = parseLogSourceMap(await readMember(/tests\/thor\.yml$/), yamlParser, "thor.yml");
    expect(map.routes.length).toBeGreaterThan(40);
    expect(map.channels.size).toBeGreaterThan(40);
    expect(problems.filter(({ message }) => !/^"(?:File|FileHash):?.*" is not used$/.test(message))).toEqual([]);
    const ours = (await loadLogSources(content)).map;
    // Ours knows at least all that it routes.
    const known = new Set(ours.routes.map(({ rule, event }) => `${rule.category} ${event.service}`));
    const missing = map.routes.filter(({ rule, event }) => !known.has(`${rule.category} ${event.service}`));
    expect(missing.map(({ rule, event }) => `${rule.category} ${event.service}`)).toEqual([]);
  });
});
