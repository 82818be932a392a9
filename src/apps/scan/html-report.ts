import { type Severity, toIso } from "../../kernel/index.ts";
import { vietnameseOf } from "../../modules/detection/matching.ts";
import type { Texts } from "../texts.ts";
import type { ScanTally } from "./pool.ts";
import type { ScanFinding, ScanProblem, ScanRule } from "./protocol.ts";
import { type RuleCount, Summary } from "./summary.ts";
import { REPORT_CSS } from "./report-css.ts";
import { timelineSvg } from "./timeline-svg.ts";

/** Findings listed under one rule; the rest is counted. */
const LISTED_PER_RULE = 200;
/** Fields shown of one finding, and characters of one value. */
const FIELDS_SHOWN = 14;
const VALUE_LENGTH = 600;

/**
 * A page that needs nothing else: no script, no font, no request. Everything from the logs is escaped, and control
 * characters are shown as such; the page forbids itself to load anything.
 */
export class HtmlReport {
  readonly #rules: readonly ScanRule[];
  readonly #texts: Texts;
  readonly #summary: Summary;
  readonly #listed = new Map<number, ScanFinding[]>();
  readonly #times: { time: number; level: Severity }[] = [];

  constructor(rules: readonly ScanRule[], texts: Texts) {
    this.#rules = rules;
    this.#texts = texts;
    this.#summary = new Summary(rules);
  }

  add(findings: readonly ScanFinding[]): void {
    for (const finding of findings) {
      this.#summary.add(finding);
      const level = this.#rules[finding.rule]?.level;
      if (level !== undefined && !finding.timeMissing) this.#times.push({ time: finding.time, level });
      const listed = this.#listed.get(finding.rule) ?? [];
      if (listed.length < LISTED_PER_RULE) listed.push(finding);
      this.#listed.set(finding.rule, listed);
    }
  }

  *render(about: {
    tally: ScanTally;
    problems: readonly ScanProblem[];
    rulesPath: string;
    now: number;
  }): Generator<string> {
    const t = this.#texts;
    yield `<!doctype html>\n<html lang="${t.language}">\n<head>\n<meta charset="utf-8">\n`;
    yield `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">\n`;
    yield `<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>${escapeHtml(t.say("scan.report.title"))}</title>\n`;
    yield `<style>${REPORT_CSS}</style>\n</head>\n<body>\n<main>\n`;
    yield `<h1>${escapeHtml(t.say("scan.report.title"))}</h1>\n<p class="meta">${escapeHtml(t.say("scan.report.made", { at: toIso(about.now), rules: about.rulesPath }))}</p>\n`;
    yield this.#figures(about.tally, about.problems.length);
    yield `<h2>${escapeHtml(t.say("scan.report.timeline"))}</h2>\n${timelineSvg(this.#times, t)}`;
    yield this.#ruleTable();
    for (const [index, row] of this.#rows()) yield this.#ruleSection(index, row);
    yield this.#problemList(about.problems);
    yield "</main>\n</body>\n</html>\n";
  }

  #figures(tally: ScanTally, problems: number): string {
    const t = this.#texts;
    const levels = this.#summary.levels().filter(({ count }) => count > 0);
    const items = levels.map(
      ({ level, rules, count }) =>
        `<li class="${level}"><b>${count}</b> ${levelMark(level, t)}<small>${escapeHtml(t.say("scan.report.rules", { n: rules }))}</small></li>`,
    );
    const base = t.say("scan.report.read", {
      events: tally.events,
      files: tally.files,
      unparsed: tally.unparsed,
      problems,
    });
    const none =
      items.length === 0
        ? `<p>${escapeHtml(t.say("scan.report.nothing"))}</p>`
        : `<ul class="levels">${items.join("")}</ul>`;
    return `<p>${escapeHtml(base)}</p>\n${none}\n`;
  }

  #rows(): [number, RuleCount][] {
    return this.#summary.rows().map((row) => [this.#rules.indexOf(row.rule), row]);
  }

  #ruleTable(): string {
    const t = this.#texts;
    const rows = this.#rows();
    if (rows.length === 0) return "";
    const head = ["level", "findings", "files", "first", "last", "rule", "author"].map(
      (key) => `<th scope="col">${escapeHtml(t.say(`scan.report.${key}`))}</th>`,
    );
    const body = rows.map(
      ([index, { rule, count, files, first, last }]) =>
        `<tr><td>${levelMark(rule.level, t)}</td><td class="n">${count}</td><td class="n">${files.size}</td><td class="t">${iso(first)}</td><td class="t">${iso(last)}</td><td><a href="#r${index}">${escapeHtml(this.#titleOf(rule))}</a></td><td>${escapeHtml(rule.author ?? "")}</td></tr>`,
    );
    return `<h2>${escapeHtml(t.say("scan.report.byrule"))}</h2>\n<div class="wide"><table>\n<thead><tr>${head.join("")}</tr></thead>\n<tbody>\n${body.join("\n")}\n</tbody></table></div>\n`;
  }

  #ruleSection(index: number, { rule, count }: RuleCount): string {
    const t = this.#texts;
    const listed = this.#listed.get(index) ?? [];
    const more =
      count > listed.length ? `<p>${escapeHtml(t.say("scan.report.more", { n: count - listed.length }))}</p>` : "";
    const vietnamese = t.language === "vi" ? vietnameseOf(rule).description : null;
    const description = vietnamese ?? rule.description;
    const licence = rule.licence === undefined ? "" : ` · ${escapeHtml(rule.licence)}`;
    return (
      `<section id="r${index}" class="${rule.level}">\n<h3>${levelMark(rule.level, t)} ${escapeHtml(this.#titleOf(rule))}</h3>\n` +
      `<p class="meta">${escapeHtml(rule.id)} · ${escapeHtml(rule.author ?? "")}${licence} · ${escapeHtml(rule.tags.join(" "))}</p>\n` +
      (description === undefined ? "" : `<p>${escapeHtml(description)}</p>\n`) +
      `<details${count <= 3 ? " open" : ""}><summary>${escapeHtml(t.say("scan.report.show", { n: count }))}</summary>\n${listed.map((finding) => this.#findingBlock(finding, rule)).join("\n")}\n${more}</details>\n</section>\n`
    );
  }

  #findingBlock(finding: ScanFinding, rule: ScanRule): string {
    const { correlation } = finding;
    if (correlation === undefined) return findingBlock(finding, fieldsOf(rule));
    const { count, from, to, group, events } = correlation;
    const about = this.#texts.say("scan.report.correlated", { n: count, from: toIso(from), to: toIso(to) });
    const values = group.map(({ field, value }) => `<dt>${escapeHtml(field)}</dt><dd>${escapeHtml(clip(value))}</dd>`);
    const titles = new Map(this.#rules.map((one) => [one.id, this.#titleOf(one)]));
    const items = events.map(
      ({ file, line, time, ruleId }) =>
        `<li><time>${toIso(time)}</time> <code>${escapeHtml(`${file}:${line}`)}</code> ${escapeHtml(titles.get(ruleId) ?? ruleId)}</li>`,
    );
    return `<article><p class="where">${escapeHtml(about)}</p><dl>${values.join("")}</dl><ol>${items.join("")}</ol></article>`;
  }

  #titleOf(rule: ScanRule): string {
    return (this.#texts.language === "vi" ? vietnameseOf(rule).title : null) ?? rule.title;
  }

  #problemList(problems: readonly ScanProblem[]): string {
    if (problems.length === 0) return "";
    const items = problems
      .slice(0, LISTED_PER_RULE)
      .map(
        (one) =>
          `<li><code>${escapeHtml(`${one.file}:${one.line}`)}</code> ${escapeHtml(`${one.code} ${one.detail}`)}</li>`,
      );
    return `<h2>${escapeHtml(this.#texts.say("scan.report.problems"))}</h2>\n<ul>${items.join("\n")}</ul>\n`;
  }
}

/** The fields a rule looks at: what a reader wants to see first of an event it matched. */
function fieldsOf(rule: ScanRule): ReadonlySet<string> {
  const names = new Set<string>();
  if (rule.kind === "correlation") return names;
  const walk = (node: (typeof rule)["detection"]["selections"][number]["body"]): void => {
    if (node.kind !== "item") for (const part of node.nodes) walk(part);
    else if (node.item.field !== undefined) names.add(node.item.field);
  };
  for (const { body } of rule.detection.selections) walk(body);
  return names;
}

function findingBlock(finding: ScanFinding, first: ReadonlySet<string>): string {
  const fields = Object.entries(finding.fields)
    .filter(([, value]) => value !== null && value !== "" && value !== "-")
    .sort(([a], [b]) => Number(first.has(b)) - Number(first.has(a)))
    .slice(0, FIELDS_SHOWN)
    .map(
      ([name, value]) =>
        `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(clip(Array.isArray(value) ? value.join(", ") : String(value)))}</dd>`,
    );
  const time = finding.timeMissing ? "–" : toIso(finding.time);
  return `<article><p class="where"><time>${time}</time> <code>${escapeHtml(`${finding.file}:${finding.line}`)}</code></p><dl>${fields.join("")}</dl></article>`;
}

function levelMark(level: Severity, texts: Texts): string {
  const shapes: Record<Severity, string> = { critical: "◆", high: "▲", medium: "●", low: "○", informational: "·" };
  return `<span class="level ${level}">${shapes[level]} ${escapeHtml(texts.say(`severity.${level}`))}</span>`;
}

function iso(ms: number): string {
  return `${toIso(ms).slice(0, 19)}Z`;
}

function clip(text: string): string {
  return text.length <= VALUE_LENGTH ? text : `${text.slice(0, VALUE_LENGTH)}…`;
}

/** Text for HTML: markup inert, control and direction characters visible, lone surrogates replaced. */
export function escapeHtml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu, (char) =>
      char === "\n" || char === "\t" ? " " : `[U+${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}]`,
    )
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
