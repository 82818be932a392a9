import { createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { atLeast, Fault, type Instant, SEVERITIES, type Severity } from "../../kernel/index.ts";
import {
  type ImportReport,
  loadLogSources,
  loadRules,
  type Rule,
  runsByDefault,
} from "../../modules/detection/matching.ts";
import { listFiles } from "../../modules/ingest/parsing.ts";
import { flag, instant, oneOf, readArguments, text, wholeNumber } from "../arguments.ts";
import { processEnvironment } from "../../platform/config/index.ts";
import { LOG_SOURCES_DIR, RULES_DIR } from "../places.ts";
import { type Language, languageOf, loadTexts } from "../texts.ts";
import { HtmlReport } from "./html-report.ts";
import { type ScanListener, type ScanTally, scanFiles } from "./pool.ts";
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

const OPTIONS = {
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
} as const;

/** What is asked, read and checked before anything is opened. */
interface ScanRequest {
  readonly paths: readonly string[];
  readonly rulesPath: string;
  readonly minLevel: Severity;
  readonly failLevel: Severity;
  readonly withDeprecated: boolean;
  readonly since: Instant | null;
  readonly until: Instant | null;
  readonly threads: number;
  readonly ndjson: boolean;
  readonly json: boolean;
  readonly htmlPath: string | undefined;
  readonly language: Language;
  readonly quiet: boolean;
  readonly now: Instant;
}

function readRequest(args: readonly string[]): ScanRequest {
  const parsed = readArguments(args, OPTIONS);
  if (parsed.positionals.length === 0) {
    throw new Fault("invalid", "cli.arguments.missing", "name a file or folder to scan; see khien scan --help");
  }
  const now = Date.now();
  return {
    paths: parsed.positionals,
    rulesPath: text(parsed, "rules") ?? RULES_DIR,
    minLevel: oneOf(parsed, "min-level", SEVERITIES) ?? "informational",
    failLevel: oneOf(parsed, "fail-level", SEVERITIES) ?? "high",
    withDeprecated: flag(parsed, "deprecated"),
    since: instant(parsed, "since", now) ?? null,
    until: instant(parsed, "until", now) ?? null,
    threads: wholeNumber(parsed, "threads", 1, 64) ?? availableParallelism(),
    ndjson: flag(parsed, "ndjson"),
    json: flag(parsed, "json"),
    htmlPath: text(parsed, "html"),
    language: oneOf(parsed, "lang", ["vi", "en"]) ?? languageOf(processEnvironment().LANG),
    quiet: flag(parsed, "quiet"),
    now,
  };
}

/** `khien scan`. Returns the exit code. */
export async function scanCommand(args: readonly string[]): Promise<number> {
  const request = readRequest(args);
  const progress = new Progress(!request.quiet);
  progress.say(`rules from ${request.rulesPath}`);
  const rules = await rulesOf(request, progress);
  const { files, bytes } = await filesOf(request.paths);
  progress.begin({ files: files.length, bytes });
  const results = new ScanResults(request, { rules, progress });
  const tally = await scanFiles(files, {
    threads: request.threads,
    setup: { rules, logSourcesDir: LOG_SOURCES_DIR, since: request.since, until: request.until },
    listener: results,
  });
  progress.end();
  await results.finish(tally);
  return worstReaches(results.summary, request.failLevel) ? 2 : 0;
}

async function rulesOf(request: ScanRequest, progress: Progress): Promise<readonly Rule[]> {
  const report = await loadRules(request.rulesPath, { logSourceMap: (await loadLogSources(LOG_SOURCES_DIR)).map });
  if (report.rules.length === 0) {
    throw new Fault("invalid", "scan.rules.none", `no usable rule in ${request.rulesPath}`, {
      path: request.rulesPath,
    });
  }
  const rules = report.rules.filter(
    (rule) => atLeast(rule.level, request.minLevel) && (request.withDeprecated || runsByDefault(rule)),
  );
  progress.say(rulesLine(report, rules.length));
  return rules;
}

/** What a scan finds, on its way to the outputs that were asked for. */
class ScanResults implements ScanListener {
  readonly summary: Summary;
  readonly #request: ScanRequest;
  readonly #rules: readonly Rule[];
  readonly #progress: Progress;
  readonly #html: HtmlReport | undefined;
  /** Only for `--json`, whose one document holds them all. */
  readonly #found: ScanFinding[] = [];
  readonly #problems: ScanProblem[] = [];

  constructor(request: ScanRequest, { rules, progress }: { rules: readonly Rule[]; progress: Progress }) {
    this.#request = request;
    this.#rules = rules;
    this.#progress = progress;
    this.summary = new Summary(rules);
    this.#html = request.htmlPath === undefined ? undefined : new HtmlReport(rules, loadTexts(request.language));
  }

  onProgress(bytes: number, events: number): void {
    this.#progress.advance(bytes, events);
  }

  onProblems(problems: readonly ScanProblem[]): void {
    this.#problems.push(...problems);
    for (const problem of problems)
      this.#progress.say(`${problem.file}:${problem.line}: ${problem.code} ${problem.detail}`);
  }

  onFindings(findings: readonly ScanFinding[]): void {
    for (const finding of findings) this.summary.add(finding);
    this.#html?.add(findings);
    if (this.#request.json) this.#found.push(...findings);
    if (this.#request.ndjson) {
      process.stdout.write(
        findings.map((finding) => `${JSON.stringify(findingRecord(finding, this.#rules))}\n`).join(""),
      );
    }
  }

  async finish(tally: ScanTally): Promise<void> {
    const { htmlPath, json, ndjson, rulesPath, now } = this.#request;
    if (json) {
      const findings = this.#found.map((finding) => findingRecord(finding, this.#rules));
      const document = { summary: this.summary.toJson(tally), problems: this.#problems, findings };
      process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
    }
    if (htmlPath !== undefined && this.#html !== undefined) {
      await writeHtml(htmlPath, this.#html.render({ tally, problems: this.#problems, rulesPath, now }));
    }
    if (!ndjson && !json) process.stdout.write(summaryTable(this.summary, { tally, problems: this.#problems.length }));
  }
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
  return `${used} rules, ${report.counts.rejectedFiles} files rejected, ${skipped} of a kind not run yet, ${report.noSource.length} without a data source`;
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
