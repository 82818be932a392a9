/** Checks on what a document says of itself: title, id, dates, status, references. */
import { tableOf } from "../../../kernel/index.ts";
import { entry, lineOf, mapOf, maybeFix, replaceIn, scalars, scalarText, text } from "./nodes.ts";
import type { Subject } from "./remark.ts";

const STATUSES = ["stable", "test", "experimental", "deprecated", "unsupported"];
const RELATED_TYPES = ["derived", "obsolete", "obsoletes", "merged", "renamed", "similar", "correlation"];
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/iu;
const MAX_TITLE = 120;
const MIN_DESCRIPTION = 20;

/** Attributes of the specification; ours and other custom ones start with x- or custom. */
const ATTRIBUTES = new Set(
  (
    "title id name taxonomy status description license licence references author date modified tags scope logsource " +
    "detection correlation filter fields falsepositives level related generate action"
  ).split(" "),
);
const NEARLY = tableOf<string>({
  reference: "references",
  falsepositive: "falsepositives",
  "false-positives": "falsepositives",
  false_positives: "falsepositives",
  tag: "tags",
  severity: "level",
  authors: "author",
  logsources: "logsource",
  log_source: "logsource",
  detections: "detection",
  created: "date",
  updated: "modified",
});

export function checkMetadata(subject: Subject): void {
  checkTitle(subject);
  checkIdentity(subject);
  checkStanding(subject);
  checkDates(subject);
  checkTexts(subject);
  checkReferences(subject);
  checkRelated(subject);
  checkAttributes(subject);
}

function checkTitle({ root, report, lines }: Subject): void {
  const title = text(root, "title");
  if (title === undefined) return;
  const line = lineOf(root, "title");
  const fix = (to: string, description: string) => maybeFix(replaceIn(lines, line, { from: title, to, description }));
  if (title.length > MAX_TITLE)
    report.add("meta.title-long", line, `the title has ${title.length} characters`, { hint: `at most ${MAX_TITLE}` });
  if (/[^.]\.$/u.test(title))
    report.add(
      "meta.title-period",
      line,
      "the title ends with a full stop",
      fix(title.slice(0, -1), "remove the full stop"),
    );
  if (/^\p{Ll}/u.test(title))
    report.add("meta.title-case", line, "the title starts with a small letter", {
      hint: "titles are written like headings",
    });
  const tidy = title.trim().replaceAll(/ {2,}/gu, " ");
  if (tidy !== title)
    report.add("meta.title-blanks", line, "the title holds needless blanks", fix(tidy, "remove the blanks"));
  if (/^(?:detects?|detection of)\b/iu.test(title))
    report.add("meta.title-prefix", line, `"Detects" says nothing in the title of a rule`, {
      hint: "say what was seen",
    });
}

function checkIdentity({ root, report, context }: Subject): void {
  const id = text(root, "id");
  const line = lineOf(root, "id");
  if (id === undefined) {
    const made = context.newId?.();
    const after = lineOf(root, "title") + 1;
    const fix = { description: "give it a new id", line: after, count: 0, lines: [`id: ${made ?? ""}`] };
    const inOneLine =
      entry(root, "title")?.value.kind === "scalar" &&
      (root.entries.find((one) => one.line > lineOf(root, "title"))?.line ?? after) === after;
    report.add("meta.id-missing", line, "the document has no id", {
      hint: "a UUID that never changes: alerts and exceptions refer to it",
      ...maybeFix(made === undefined || !inOneLine ? undefined : fix),
    });
  } else if (!UUID.test(id))
    report.add("meta.id-form", line, `"${id}" is not a UUID`, { hint: "use a version 4 UUID" });
  const name = text(root, "name");
  if (name !== undefined && !/^[\w.-]+$/u.test(name))
    report.add("meta.name-form", lineOf(root, "name"), "a name is a word others refer to", {
      hint: "letters, digits, _ and -",
    });
}

function checkStanding({ root, report }: Subject): void {
  const isFilter = entry(root, "filter") !== undefined;
  const status = text(root, "status");
  if (status === undefined)
    report.add("meta.status-missing", root.line, "the document states no status", { hint: STATUSES.join(", ") });
  else if (!STATUSES.includes(status)) {
    const hint = `use ${STATUSES.join(", ")}`;
    report.add("meta.status-unknown", lineOf(root, "status"), `unknown status "${status}"`, { hint });
  }
  if (text(root, "level") === undefined && !isFilter)
    report.add("meta.level-missing", root.line, "the rule states no level and counts as medium");
  if (text(root, "author") === undefined && scalars(root, "author").length === 0)
    report.add("meta.author-missing", root.line, "the document names no author", {
      hint: "every alert carries the author",
    });
  const falsePositives = scalars(root, "falsepositives");
  if (falsePositives.length === 0 && !isFilter)
    report.add("meta.falsepositives-missing", root.line, "no false positives are named", {
      hint: "say who does this on a good day",
    });
  for (const node of falsePositives) {
    if (/^(?:none|no|n\/a|-|\?|unknown\?)\.?$/iu.test(scalarText(node)?.trim() ?? ""))
      report.add("meta.falsepositives-empty", node.line, "this says nothing about false positives", {
        hint: `write "Unknown" or a case`,
      });
  }
}

function checkDates({ root, report, lines, context }: Subject): void {
  const known: Record<string, string> = {};
  for (const key of ["date", "modified"] as const) {
    const value = text(root, key)?.trim();
    const line = lineOf(root, key);
    if (value === undefined) continue;
    if (!/^\d{4}-\d{2}-\d{2}$/u.test(value)) {
      const slashed = /^(\d{4})[/.](\d{1,2})[/.](\d{1,2})$/u.exec(value);
      const iso =
        slashed === null ? undefined : `${slashed[1]}-${slashed[2]?.padStart(2, "0")}-${slashed[3]?.padStart(2, "0")}`;
      const fix =
        iso === undefined ? undefined : replaceIn(lines, line, { from: value, to: iso, description: `write ${iso}` });
      report.add("meta.date-form", line, `"${value}" is not a date as YYYY-MM-DD`, maybeFix(fix));
    } else if (!isDay(value)) report.add("meta.date-impossible", line, `there is no ${value}`);
    else {
      known[key] = value;
      if (context.today !== undefined && value > context.today)
        report.add("meta.date-future", line, `${value} is still to come`);
    }
  }
  if (text(root, "date") === undefined) report.add("meta.date-missing", root.line, "the document states no date");
  if (known["date"] !== undefined && known["modified"] !== undefined && known["modified"] < known["date"])
    report.add("meta.modified-first", lineOf(root, "modified"), "modified before it was written");
}

function isDay(iso: string): boolean {
  const time = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(iso);
}

function checkTexts({ root, report }: Subject): void {
  const description = text(root, "description")?.trim();
  if (description === undefined || description === "") {
    report.add("meta.description-missing", root.line, "the document has no description", {
      hint: "what happens, and why it matters",
    });
    return;
  }
  const line = lineOf(root, "description");
  if (description.length < MIN_DESCRIPTION)
    report.add("meta.description-short", line, "the description tells nearly nothing");
  if (description.replace(/\.$/u, "").toLowerCase() === text(root, "title")?.trim().toLowerCase())
    report.add("meta.description-title", line, "the description only repeats the title");
}

function checkReferences({ root, report }: Subject): void {
  const nodes = scalars(root, "references");
  if (nodes.length === 0 && entry(root, "filter") === undefined)
    report.add("meta.references-missing", root.line, "the document names no source to read on");
  const seen = new Set<string>();
  for (const node of nodes) {
    const reference = scalarText(node)?.trim() ?? "";
    if (seen.has(reference)) report.add("meta.reference-duplicate", node.line, "the same reference twice");
    seen.add(reference);
    if (
      /^(?:www\.|[\w-]+\.(?:com|org|net|io)\/)/iu.test(reference) ||
      /\s/u.test(reference.replace(/^internal research$/iu, ""))
    )
      report.add("meta.reference-form", node.line, "this is no address a reader can open", {
        hint: "write the URL with https://",
      });
  }
}

function checkRelated({ root, report }: Subject): void {
  const related = entry(root, "related")?.value;
  if (related?.kind !== "list") return;
  for (const item of related.items) {
    if (item.kind !== "map") continue;
    const [id, type] = [text(item, "id"), text(item, "type")];
    if (id !== undefined && !UUID.test(id)) report.add("meta.related-id", item.line, `"${id}" is not the id of a rule`);
    if (id !== undefined && id === text(root, "id"))
      report.add("meta.related-self", item.line, "the rule is related to itself");
    if (type === undefined || !RELATED_TYPES.includes(type)) {
      const message = type === undefined ? "the relation has no type" : `unknown relation "${type}"`;
      report.add("meta.related-type", item.line, message, { hint: `use ${RELATED_TYPES.join(", ")}` });
    }
  }
}

function checkAttributes({ root, report }: Subject): void {
  for (const { key, line } of root.entries) {
    if (ATTRIBUTES.has(key) || key.startsWith("x-") || key.startsWith("custom")) continue;
    const meant = NEARLY[key.toLowerCase()] ?? [...ATTRIBUTES].find((one) => one === key.toLowerCase());
    const hint = meant === undefined ? "custom attributes start with x-" : `the attribute is called ${meant}`;
    report.add("meta.unknown-attribute", line, `nobody reads "${key}"`, { hint });
  }
  const source = mapOf(root, "logsource");
  for (const { key, line } of source?.entries ?? []) {
    if (!["product", "category", "service", "definition"].includes(key) && !key.startsWith("x-"))
      report.add("source.unknown-attribute", line, `a log source has no "${key}"`, {
        hint: "product, category, service, definition",
      });
  }
}
