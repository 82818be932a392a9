import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { sharedData } from "../../../../test/shared-data.ts";
import { rulesCommand } from "../rules.ts";
import { junitXml } from "./junit.ts";

const dir = mkdtempSync(join(tmpdir(), "khien-rules-"));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

let out = "";
let err = "";
beforeEach(() => {
  out = "";
  err = "";
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    err += String(text);
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());

function file(name: string, text: string): string {
  const path = join(dir, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, text);
  return path;
}
const json = <Shape>(): Shape => JSON.parse(out) as Shape;

const rule = `title: Packer Run
id: 6f4b0f2e-6c1f-4c0c-9a53-0b7f5a8f4e11
name: packer
status: test
description: A packer is started, which staging before exfiltration needs.
references:
  - https://attack.mitre.org/techniques/T1560/001/
author: Lan
date: 2026-11-20
tags:
  - attack.collection
  - attack.t1560.001
logsource:
  product: windows
  category: process_creation
detection:
  tool:
    Image|endswith: '\\packer.exe'
  filter_backup:
    User: svc_backup
  condition: tool and not filter_backup
falsepositives:
  - Backups by hand
level: medium
`;
const burst = `title: Packer Run Often
id: 6f4b0f2e-6c1f-4c0c-9a53-0b7f5a8f4e12
correlation:
  type: event_count
  rules: [packer]
  group-by: [Computer]
  timespan: 10m
  condition: {gte: 3}
`;
const start = (minute: number, image = "C:\\t\\packer.exe", user = "lan"): string =>
  JSON.stringify({
    EventTime: new Date(Date.UTC(2026, 10, 18, 2, minute)).toISOString(),
    Hostname: "PC-1",
    Computer: "PC-1",
    EventID: 1,
    Channel: "Microsoft-Windows-Sysmon/Operational",
    SourceName: "Microsoft-Windows-Sysmon",
    Image: image,
    User: user,
    RecordNumber: minute,
  });

describe("lint", () => {
  test("tells file, line, code and hint, and answers 2; nothing to tell is 0", async () => {
    expect(await rulesCommand(["lint", file("good.yml", rule)])).toBe(0);
    expect(out).toContain("1 files, 0 remarks");
    const bad = file(
      "bad.yml",
      rule.replace("date: 2026-11-20", "date: 20.11.2026").replace("level: medium", "level: grave"),
    );
    expect(await rulesCommand(["lint", bad])).toBe(2);
    expect(out).toMatch(/bad\.yml:9: warning meta\.date-form /u);
    expect(out).toMatch(/bad\.yml:24: error sigma\.level\.unknown .* \(use /u);
  });

  test("mends what is safe and nothing that does not parse", async () => {
    const path = file("mend.yml", rule.replace("date: 2026-11-20", "date: 2026/11/20  "));
    expect(await rulesCommand(["lint", path, "--fix", "--level", "info"])).toBe(0);
    expect(readFileSync(path, "utf8")).toBe(rule);
    const broken = rule.replace("condition: tool", "condition: tol").replace("2026-11-20", "2026/11/20");
    const left = file("left.yml", broken);
    expect(await rulesCommand(["lint", left, "--fix"])).toBe(2);
    expect(readFileSync(left, "utf8")).toBe(broken);
  });

  test("knows rules of other files, and tells when a reference leads nowhere", async () => {
    mkdirSync(join(dir, "set"), { recursive: true });
    file("set/rule.yml", rule);
    file("set/burst.yml", burst);
    await rulesCommand(["lint", join(dir, "set"), "--json"]);
    expect(json<{ remarks: { code: string }[] }>().remarks.map(({ code }) => code)).not.toContain("reference.missing");
    out = "";
    await rulesCommand(["lint", join(dir, "set/burst.yml"), "--json"]);
    expect(json<{ remarks: { code: string }[] }>().remarks.map(({ code }) => code)).toContain("reference.missing");
  });

  test("of what is not there, and of no path, is a fault", async () => {
    await expect(rulesCommand(["lint", join(dir, "nothing")])).rejects.toMatchObject({ code: "rules.path.missing" });
    await expect(rulesCommand(["lint"])).rejects.toMatchObject({ code: "cli.arguments.missing" });
    await expect(rulesCommand(["polish"])).rejects.toMatchObject({ code: "cli.command.unknown" });
  });
});

describe("test", () => {
  const beside = `tests:
  - name: fires
    raw: '${start(0)}'
  - name: the backup does not
    raw: '${start(1, "C:\\t\\packer.exe", "svc_backup")}'
    fires: false
  - name: three in ten minutes
    rule: 6f4b0f2e-6c1f-4c0c-9a53-0b7f5a8f4e12
    matches: 1
    events:
      - '${start(0)}'
      - '${start(1)}'
      - '${start(2)}'
`;

  test("runs what lies beside a rule, and says what failed", async () => {
    mkdirSync(join(dir, "tested"), { recursive: true });
    file("tested/packer.yml", `${rule}---\n${burst}`);
    file("tested/packer.tests.yml", beside);
    file("tested/packer.samples/firing/one.ndjson", `${start(3)}\n`);
    file("tested/packer.samples/silent/one.ndjson", `${start(4)}\n`);
    const junit = join(dir, "junit.xml");
    expect(await rulesCommand(["test", join(dir, "tested"), "--junit", junit])).toBe(2);
    expect(out).toContain("5 tests, 4 passed, 1 failed");
    expect(out).toContain("silent/one.ndjson: 1 findings in 1 events, expected 0");
    expect(wellFormed(readFileSync(junit, "utf8"))).toEqual({ testsuites: 1, testsuite: 2, testcase: 5, failure: 1 });
  });

  test("reads regression folders as SigmaHQ keeps them", async () => {
    file("sigma/rules/packer.yml", rule);
    file("sigma/regression_data/rules/packer/events.json", `${start(0)}\n${start(1)}\n`);
    const info = (count: number): string =>
      file(
        "sigma/regression_data/rules/packer/info.yml",
        `id: 00000000-0000-4000-8000-000000000000
rule_metadata:
    - id: 6f4b0f2e-6c1f-4c0c-9a53-0b7f5a8f4e11
      title: Packer Run
regression_tests_info:
    - name: Positive Detection Test
      type: json
      match_count: ${count}
      path: regression_data/rules/packer/events.json
`,
      );
    info(2);
    expect(await rulesCommand(["test", join(dir, "sigma")])).toBe(0);
    info(3);
    expect(await rulesCommand(["test", join(dir, "sigma")])).toBe(2);
  });

  const regression = sharedData("detection/sigma-regression");
  const sigmaHq = sharedData("detection/sigma-rules/sigma-rules.tar.gz");
  test.skipIf(regression === undefined || sigmaHq === undefined)(
    "passes the whole regression set of SigmaHQ (skipped without the shared data)",
    { timeout: 120_000 },
    async () => {
      expect(await rulesCommand(["test", regression as string, "--rules", sigmaHq as string, "--json"])).toBe(0);
      expect(json<{ tests: number; failed: number }>()).toMatchObject({ tests: 129, failed: 0 });
    },
  );
});

/** How often each element occurs in a text that is well-formed XML; throws where it is not. */
function wellFormed(xml: string): Record<string, number> {
  const counts: Record<string, number> = {};
  const open: string[] = [];
  const body = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/u, "");
  const tag = /<(\/?)([a-z]+)((?:\s+[a-z]+="[^"<]*")*)\s*(\/?)>|[^<]+/gu;
  let at = 0;
  for (const found of body.matchAll(tag)) {
    if (found.index !== at) throw new Error(`not well-formed at ${at}: ${body.slice(at, at + 80)}`);
    at += found[0].length;
    if (/&(?!amp;|lt;|gt;|quot;|#\d+;)/u.test(found[0])) throw new Error(`a bare & in ${found[0]}`);
    const [, closing, name, , alone] = found;
    if (name === undefined) continue;
    if (closing === "/") {
      if (open.pop() !== name) throw new Error(`</${name}> closes nothing`);
      continue;
    }
    counts[name] = (counts[name] ?? 0) + 1;
    if (alone !== "/") open.push(name);
  }
  if (at !== body.length || open.length > 0) throw new Error(`ends open: ${open.join(", ")}`);
  return counts;
}

test("JUnit XML is well-formed whatever rules and failures hold", () => {
  const evil = `<a href="x">&amp; ]]> \u0000\u001B[31m \uD800 \uFFFE "quoted" 'and' line\nbreak\tЖ😀`;
  const xml = junitXml([
    { suite: evil, name: evil, failure: evil, tookMs: 1.5 },
    { suite: evil, name: "plain", failure: undefined, tookMs: 0 },
    { suite: "other", name: "x", failure: undefined, tookMs: 3 },
  ]);
  expect(wellFormed(xml)).toEqual({ testsuites: 1, testsuite: 2, testcase: 3, failure: 1 });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what XML 1.0 forbids
  expect(xml).not.toMatch(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/u);
  expect(wellFormed(junitXml([]))).toEqual({ testsuites: 1 });
});

describe("explain", () => {
  const events = (): string =>
    file(
      "events.ndjson",
      [start(0, "C:\\t\\notepad.exe"), start(1, "C:\\t\\packer.exe", "svc_backup"), start(2), start(3), start(4)].join(
        "\n",
      ),
    );

  test("tells matches first, then what comes nearest, with the line that fails", async () => {
    expect(await rulesCommand(["explain", file("e.yml", rule), events()])).toBe(0);
    const verdicts = [...out.matchAll(/ndjson:(\d): \S+ PC-1: (match|no match)/gu)].map(
      ([, line, verdict]) => `${line} ${verdict}`,
    );
    expect(verdicts.slice(0, 3)).toEqual(["3 match", "4 match", "5 match"]);
    expect(verdicts.slice(3).toSorted()).toEqual(["1 no match", "2 no match"]);
    expect(out).toMatch(/no {2}line 18 Image\|endswith, Image is "C:\\\\t\\\\notepad\.exe"/u);
    expect(out).toContain(`5 events, 3 match "Packer Run"`);
  });

  test("of a correlation tells its findings and what counted", async () => {
    expect(await rulesCommand(["explain", file("c.yml", `${rule}---\n${burst}`), events(), "--json"])).toBe(0);
    expect(json<object>()).toMatchObject({ events: 5, rules: [{ events: 3 }], findings: [{ count: 3 }] });
  });

  test("answers 2 when nothing matches", async () => {
    const other = file("other.ndjson", `${start(0, "C:\\t\\notepad.exe")}\n`);
    expect(await rulesCommand(["explain", file("e.yml", rule), other])).toBe(2);
  });
});

test("convert writes a search, and says what it cannot say", async () => {
  expect(
    await rulesCommand(["convert", file("v.yml", rule.replace("category: process_creation", "service: security"))]),
  ).toBe(0);
  expect(out).toMatch(
    /^product:windows and service:security and .*Image:\*"\\packer\.exe".* and not fields\.User:svc_backup\n$/u,
  );
  out = "";
  const regex = file("r.yml", rule.replace("Image|endswith: '\\packer.exe'", "Image|re: 'packer[0-9]+'"));
  expect(await rulesCommand(["convert", regex])).toBe(2);
  expect(err).toContain("Image|re is not said exactly: regex");
  out = "";
  expect(await rulesCommand(["convert", regex, "--sql"])).toBe(2);
  expect(out).toContain(`lower("product") = 'windows'`);
});

test("coverage counts techniques and writes a layer", async () => {
  const layer = join(dir, "layer.json");
  const unfed = rule.replace("category: process_creation", "category: moon_phase").replace("4e11", "4e99");
  file("cover/one.yml", rule);
  file("cover/two.yml", unfed);
  expect(await rulesCommand(["coverage", join(dir, "cover"), "--layer", layer, "--json"])).toBe(2);
  expect(json<object>()).toMatchObject({ rules: 2, unmapped: 0, withoutSource: [{ title: "Packer Run" }] });
  const written = JSON.parse(readFileSync(layer, "utf8")) as { techniques: { techniqueID: string; score: number }[] };
  expect(written.techniques).toContainEqual(expect.objectContaining({ techniqueID: "T1560.001", score: 2 }));
});

describe("backtest", () => {
  const logs = (): string => file("history.ndjson", Array.from({ length: 8 }, (_, n) => start(n)).join("\n"));

  test("over files tells findings, alerts and days, of correlations too", async () => {
    expect(await rulesCommand(["backtest", file("b.yml", rule), "--data", logs(), "--json"])).toBe(2);
    expect(json<object>()).toMatchObject({
      matches: 8,
      alerts: 1,
      scanned: 8,
      perDay: [{ day: "2026-11-18", matches: 8, alerts: 1 }],
    });
    out = "";
    expect(await rulesCommand(["backtest", file("bc.yml", `${rule}---\n${burst}`), "--data", logs()])).toBe(2);
    expect(out).toMatch(/1 findings, about 1 alerts/u);
  });

  test("over an event store that holds nothing finds nothing", async () => {
    const data = join(dir, "data");
    expect(await rulesCommand(["backtest", file("b.yml", rule), "--data-dir", data, "--since", "7d", "--json"])).toBe(
      0,
    );
    expect(json<object>()).toMatchObject({ matches: 0, scanned: 0, ratio: 1 });
  });
});
