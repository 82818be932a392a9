import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fileCases, writeFiles } from "../hostile/file-cases.ts";

const CLI = fileURLToPath(new URL("../../src/apps/cli.ts", import.meta.url));
const MAX_RSS = 1_400 * 1024 * 1024;
/** Matches everything there is. */
const RULE = `title: "<script>alert('rule')</script>"
id: 7b0e7f6e-51b4-4a7e-9c6c-0d9b62b7a001
logsource: {}
detection:
  s: ["*"]
  condition: s
level: low
`;
const RULE_OF_SOURCES = ["windows", "linux", "zeek", "suricata", "aws"];

interface Scan {
  readonly code: number | null;
  readonly out: string;
  readonly errors: string;
  readonly peakRss: number;
}

let folder = "";
let page = "";
let scan: Scan;
let document: { problems: { file: string; line: number; code: string }[]; findings: { file: string }[] };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "khien-files-"));
  writeFiles(join(folder, "logs"));
  const rules = RULE_OF_SOURCES.map((product, n) =>
    RULE.replace("logsource: {}", `logsource: {product: ${product}}`).replace("7a001", `7a00${n}`),
  ).join("---\n");
  writeFileSync(join(folder, "rule.yml"), rules);
  const html = join(folder, "report.html");
  scan = await run([
    "scan",
    join(folder, "logs"),
    "--rules",
    join(folder, "rule.yml"),
    "--json",
    "--html",
    html,
    "--threads",
    "2",
  ]);
  document = JSON.parse(scan.out) as typeof document;
  page = readFileSync(html, "utf8");
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(args: readonly string[]): Promise<Scan> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    const parts = { out: "", errors: "" };
    let peakRss = 0;
    const watch = setInterval(() => {
      const status = existsSync(`/proc/${child.pid}/status`) ? readFileSync(`/proc/${child.pid}/status`, "utf8") : "";
      peakRss = Math.max(peakRss, 1024 * Number(/^VmHWM:\s+(\d+)/mu.exec(status)?.[1] ?? 0));
    }, 100);
    child.stdout.setEncoding("utf8").on("data", (text: string) => (parts.out += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (parts.errors += text));
    child.once("close", (code) => {
      clearInterval(watch);
      resolve({ code, ...parts, peakRss });
    });
  });
}

describe(`khien scan over ${fileCases.length} hostile files`, () => {
  test("ends as told, within memory, without a trace of its inside", () => {
    console.log(`peak memory of the scan: ${Math.round(scan.peakRss / 1024 / 1024)} MiB`);
    expect(scan.code).toBe(0);
    expect(scan.peakRss).toBeLessThan(MAX_RSS);
    expect(scan.errors).not.toMatch(/\n\s+at |node:internal/u);
  });

  test.each(fileCases.filter(({ problem }) => problem !== undefined))(
    "$name is reported as $problem",
    ({ file, problem }) => {
      const codes = document.problems.filter((one) => one.file.includes(`/${file}`)).map(({ code }) => code);
      if (problem === "none") expect(codes).toEqual([]);
      else expect(codes).toContain(problem);
    },
  );

  test("no link is followed, nothing is written outside", () => {
    expect(scan.out).not.toContain("root:x:0:0");
    for (const path of ["/tmp/climbed.ndjson", "/tmp/absolute.ndjson", join(folder, "climbed.ndjson")])
      expect(existsSync(path)).toBe(false);
  });

  test("the good member of a bad archive is still read", () => {
    const read = new Set(document.findings.map(({ file }) => file.split("/logs/")[1]));
    for (const archive of ["climb.zip", "absolute.zip", "link.zip"]) expect(read).toContain(`${archive}!good.ndjson`);
  });

  test("what reaches the terminal is text", () => {
    // Escape, C1 controls and bell would drive the terminal.
    // oxlint-disable-next-line no-control-regex
    expect(scan.errors).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/u);
  });

  test("the page holds no markup from a log, a rule or a file name", () => {
    const own = page.replace(/<script>[\s\S]*?<\/script>/gu, "");
    const markup = own.match(/<(?:script|img|iframe|foreignObject|x)\b|<svg\/|<[^>]*\son\w+\s*=/giu) ?? [];
    expect(markup).toEqual([]);
    expect(page).not.toContain("<script>alert(");
    expect(page).toMatch(/Content-Security-Policy/iu);
  });
});
