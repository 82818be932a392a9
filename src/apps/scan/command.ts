import { createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { atLeast, Fault, type Instant, SEVERITIES, type Severity } from "../../kernel/index.ts";
import {
  type CorrelationPlan,
  type ImportReport,
  loadLogSources,
  loadRules,
  type LogSourceMap,
  type RuleFileReader,
} from "../../modules/detection/matching.ts";
import { listFiles } from "../../modules/ingest/parsing.ts";
import { flag, instant, oneOf, readArguments, text, wholeNumber } from "../arguments.ts";
import { processEnvironment } from "../../platform/config/index.ts";
import { LOG_SOURCES_DIR, RULES_DIR } from "../places.ts";
import { type Language, languageOf, loadTexts } from "../texts.ts";
import { ScanCorrelations } from "./correlations.ts";
import { HtmlReport } from "./html-report.ts";
import { type ScanListener, ScanPool, type ScanTally } from "./pool.ts";
import { Progress } from "./progress.ts";
import type { ScanFinding, ScanPlan, ScanProblem, ScanRule } from "./protocol.ts";
import { planScan } from "./scan-plan.ts";
import { findingRecord, Summary, summaryTable } from "./summary.ts";

export const SCAN_HELP = `khien scan PATH… [--rules DIR|ARCHIVE]

Reads logs and tells which rules match, and which correlations come true over all of them together.
No server, nothing stored, nothing sent.

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
  --threads N         reading threads (default: as many as pay, one per processor at most)
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
  readonly threads: number | undefined;
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
    threads: wholeNumber(parsed, "threads", 1, 64),
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
  const { files, bytes } = await filesOf(request.paths);
  const progress = new Progress(!request.quiet);
  const pool = await ScanPool.open(files, request.threads);
  try {
    progress.say(`rules from ${request.rulesPath}`);
    const { map: logSourceMap } = await loadLogSources(LOG_SOURCES_DIR);
    const {
      findable,
      rejected: _,
      ...plan
    } = await planOf(request, {
      logSourceMap,
      readers: pool.ruleReaders(logSourceMap.placeholders ?? {}),
      progress,
    });
    progress.begin({ files: files.length, bytes });
    const results = new ScanResults(request, { findable, plan: plan.plan, progress });
    const { since, until } = request;
    const tally = await pool.scan({ setup: { ...plan, logSourceMap, since, until }, listener: results });
    progress.end();
    await results.finish(tally);
    return worstReaches(results.summary, request.failLevel) ? 2 : 0;
  } finally {
    await pool.close();
  }
}

async function planOf(
  request: ScanRequest,
  { progress, ...options }: { logSourceMap: LogSourceMap; readers: readonly RuleFileReader[]; progress: Progress },
): Promise<ScanPlan> {
  const report = await loadRules(request.rulesPath, options);
  if (report.rules.length === 0) {
    throw new Fault("invalid", "scan.rules.none", `no usable rule in ${request.rulesPath}`, {
      path: request.rulesPath,
    });
  }
  const plan = planScan(report, request);
  for (const { file, line, message } of plan.rejected) progress.say(`${file}:${line}: ${message}`);
  progress.say(rulesLine(report, plan));
  return plan;
}

/** What a scan finds, on its way to the outputs that were asked for. */
class ScanResults implements ScanListener {
  readonly summary: Summary;
  readonly #request: ScanRequest;
  readonly #findable: readonly ScanRule[];
  readonly #correlations: ScanCorrelations;
  readonly #progress: Progress;
  readonly #html: HtmlReport | undefined;
  /** Only for `--json`, whose one document holds them all. */
  readonly #found: ScanFinding[] = [];
  readonly #problems: ScanProblem[] = [];

  constructor(
    request: ScanRequest,
    parts: { findable: readonly ScanRule[]; plan: CorrelationPlan; progress: Progress },
  ) {
    const { findable } = parts;
    this.#request = request;
    this.#findable = findable;
    this.#correlations = new ScanCorrelations(parts.plan, findable);
    this.#progress = parts.progress;
    this.summary = new Summary(findable);
    this.#html = request.htmlPath === undefined ? undefined : new HtmlReport(findable, loadTexts(request.language));
  }

  onProgress(bytes: number, events: number): void {
    this.#progress.advance(bytes, events);
  }

  onProblems(problems: readonly ScanProblem[]): void {
    this.#problems.push(...problems);
    for (const problem of problems)
      this.#progress.say(`${problem.file}:${problem.line}: ${problem.code} ${problem.detail}`);
  }

  onFindings(told: readonly ScanFinding[]): void {
    this.#correlations.add(told);
    this.#report(told.filter(({ quiet }) => quiet !== true));
  }

  #report(findings: readonly ScanFinding[]): void {
    for (const finding of findings) this.summary.add(finding);
    this.#html?.add(findings);
    if (this.#request.json) this.#found.push(...findings);
    if (this.#request.ndjson) {
      process.stdout.write(
        findings.map((finding) => `${JSON.stringify(findingRecord(finding, this.#findable))}\n`).join(""),
      );
    }
  }

  async finish(tally: ScanTally): Promise<void> {
    const { htmlPath, json, ndjson, rulesPath, now } = this.#request;
    this.#report(this.#correlations.findings());
    const { leftOut } = this.#correlations;
    if (leftOut > 0) this.#progress.say(`${leftOut} matches have no time and were left out of correlations`);
    if (json) {
      const findings = this.#found.map((finding) => findingRecord(finding, this.#findable));
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

function rulesLine(report: ImportReport, { rules, filters, plan }: ScanPlan): string {
  const { length: correlations } = plan.nodes;
  return `${rules.length} rules, ${correlations} correlations, ${filters.length} filters, ${report.counts.rejectedFiles} files rejected, ${report.noSource.length} without a data source`;
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
