import { createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { atLeast, Fault, SEVERITIES, type Severity } from "../../kernel/index.ts";
import { type ImportReport, loadLogSources, loadRules, runsByDefault } from "../../modules/detection/matching.ts";
import { listFiles } from "../../modules/ingest/parsing.ts";
import { flag, instant, oneOf, readArguments, required, text } from "../arguments.ts";
import { processEnvironment } from "../../platform/config/index.ts";
import { LOG_SOURCES_DIR, RULES_DIR } from "../places.ts";
import { languageOf, loadTexts } from "../texts.ts";
import { HtmlReport } from "./html-report.ts";
import { scanFiles } from "./pool.ts";
import { Progress } from "./progress.ts";
import type { ScanFinding, ScanProblem } from "./protocol.ts";
import { findingRecord, Summary, summaryTable } from "./summary.ts";

export const SCAN_HELP = `khien scan PATH… [--rules DIR|ARCHIVE]

Reads logs and tells which rules match. No server, nothing stored, nothing sent.

  PATH                files or folders: .ndjson .json .evtx .log .txt, also inside .gz .zst .zip
  --rules DIR|ARCHIVE Sigma rules: folder, .zip, .tar.gz or one .yml (default: the built-in rules)
  --min-level LEVEL   report only rules of this level or above (informational low medium high critical)
  --fail-level LEVEL  exit code 2 when a finding reaches it (default: high)
  --deprecated        also run rules whose status is deprecated or unsupported
  --since, --until    only events in this time: 2026-11-21, 2026-11-21T08:00:00Z, 24h, 7d
  --ndjson            one JSON object per rule and event on standard output
  --json              one JSON document: summary and findings
  --html FILE         a self-contained page with timeline
  --lang vi|en        language of the page (default: the shell's)
  --threads N         reading threads (default: one per processor)
  --quiet             no progress

Exit code: 0 nothing at or above --fail-level, 2 findings at or above it, 1 the scan itself failed.
`;

interface Outputs {
  readonly ndjson: boolean;
  readonly json: boolean;
  readonly html: HtmlReport | undefined;
}

/** `khien scan`. Returns the exit code. */
export async function scanCommand(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, {
    rules: { type: "string" },
    "min-level": { type: "string" },
    "fail-level": { type: "string" },
    since: { type: "string" },
    until: { type: "string" },
    ndjson: { type: "boolean" },
    json: { type: "boolean" },
    html: { type: "string" },
    lang: { type: "string" },
    threads: { type: "string" },
    deprecated: { type: "boolean" },
    quiet: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  });
  if (flag(parsed, "help")) {
    process.stdout.write(SCAN_HELP);
    return 0;
  }
  if (parsed.positionals.length === 0)
    throw new Fault("invalid", "cli.arguments.missing", "name a file or folder to scan; see khien scan --help");
  const minLevel = oneOf(parsed, "min-level", SEVERITIES) ?? "informational";
  const failLevel = oneOf(parsed, "fail-level", SEVERITIES) ?? "high";
  const now = Date.now();
  const rulesPath = text(parsed, "rules") ?? RULES_DIR;
  const progress = new Progress(!flag(parsed, "quiet"));
  progress.say(`rules from ${rulesPath}`);
  const report = await loadRules(rulesPath, { logSourceMap: loadLogSources(LOG_SOURCES_DIR).map });
  const withDeprecated = flag(parsed, "deprecated");
  const rules = report.rules.filter((rule) => atLeast(rule.level, minLevel) && (withDeprecated || runsByDefault(rule)));
  progress.say(rulesLine(report, rules.length));
  if (report.rules.length === 0)
    throw new Fault("invalid", "scan.rules.none", `no usable rule in ${rulesPath}`, { path: rulesPath });

  const { files, bytes } = await filesOf(parsed.positionals);
  progress.begin({ files: files.length, bytes });
  const language = oneOf(parsed, "lang", ["vi", "en"]) ?? languageOf(processEnvironment().LANG);
  const htmlPath = text(parsed, "html");
  const outputs: Outputs = {
    ndjson: flag(parsed, "ndjson"),
    json: flag(parsed, "json"),
    html: htmlPath === undefined ? undefined : new HtmlReport(rules, loadTexts(language)),
  };
  const summary = new Summary(rules);
  const found: ScanFinding[] = [];
  const problems: ScanProblem[] = [];
  const tally = await scanFiles(files, {
    threads: Number(text(parsed, "threads") ?? availableParallelism()) || 1,
    setup: {
      rules,
      logSourcesDir: LOG_SOURCES_DIR,
      since: instant(parsed, "since", now) ?? null,
      until: instant(parsed, "until", now) ?? null,
    },
    listener: {
      onProgress: (read, events) => progress.advance(read, events),
      onProblems: (some) => {
        problems.push(...some);
        for (const problem of some) progress.say(`${problem.file}:${problem.line}: ${problem.code} ${problem.detail}`);
      },
      onFindings: (some) => {
        for (const finding of some) summary.add(finding);
        outputs.html?.add(some);
        if (outputs.ndjson)
          process.stdout.write(some.map((finding) => `${JSON.stringify(findingRecord(finding, rules))}\n`).join(""));
        if (outputs.json) found.push(...some);
      },
    },
  });
  progress.end();
  if (outputs.json) {
    const document = {
      summary: summary.toJson(tally),
      problems,
      findings: found.map((finding) => findingRecord(finding, rules)),
    };
    process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  }
  if (outputs.html !== undefined)
    await writeHtml(htmlPath ?? required(parsed, "html"), outputs.html.render({ tally, problems, rulesPath, now }));
  if (!outputs.ndjson && !outputs.json)
    process.stdout.write(summaryTable(summary, { tally, problems: problems.length }));
  return worstReaches(summary, failLevel) ? 2 : 0;
}

async function filesOf(paths: readonly string[]): Promise<{ files: string[]; bytes: number }> {
  const files: string[] = [];
  let bytes = 0;
  for (const path of paths) {
    const known = await stat(path).catch(() => undefined);
    if (known === undefined) throw new Fault("missing", "scan.path.missing", `${path} is not there`, { path });
    for await (const file of listFiles(path)) {
      files.push(file);
      bytes += (await stat(file)).size;
    }
  }
  if (files.length === 0) throw new Fault("missing", "scan.path.empty", `no files under ${paths.join(", ")}`);
  return { files, bytes };
}

function rulesLine(report: ImportReport, used: number): string {
  const skipped = report.skipped.filter(({ kind }) => kind !== "empty").length;
  return `${used} rules, ${report.rejected.length} rejected, ${skipped} of a kind not run yet, ${report.noSource.length} without a data source`;
}

function writeHtml(path: string, page: Iterable<string>): Promise<void> {
  return new Promise((resolve, reject) => {
    const file = createWriteStream(path);
    file.on("error", reject);
    file.on("finish", () => resolve());
    for (const part of page) file.write(part);
    file.end();
  });
}

function worstReaches(summary: Summary, level: Severity): boolean {
  return summary.levels().some((one) => one.count > 0 && atLeast(one.level, level));
}
