/** Checks on the values of a detection: wildcards, patterns, duplicates, what can hardly be meant. */
import { fold } from "../core/sigma/pattern.ts";
import type { ScalarNode } from "../core/sigma/index.ts";
import { type WrittenItem, textsOf } from "./items.ts";
import { maybeFix, replaceIn } from "./nodes.ts";
import type { Fix, Subject } from "./remark.ts";

const AFFIXES = ["contains", "startswith", "endswith"];
/** Fields that hold a whole path: a bare file name never equals one. */
const PATH_FIELDS =
  /^(?:Parent|Grandparent|Source|Target)?(?:Image|ImageLoaded|Filename|TargetFilename|NewProcessName|ParentProcessName)$/u;

export function checkItem(item: WrittenItem, subject: Subject): void {
  checkShape(item, subject);
  checkDuplicates(item, subject);
  const isPattern = item.modifiers.includes("re");
  for (const value of textsOf(item)) {
    if (isPattern) checkPattern(value, item, subject);
    else if (!item.modifiers.some((one) => ["fieldref", "cidr", "expand"].includes(one)))
      checkText(value, item, subject);
    if (item.modifiers.includes("cidr")) checkNetwork(value, subject);
  }
}

function checkShape(item: WrittenItem, { report, lines }: Subject): void {
  const { field, modifiers, values, line, key, isList } = item;
  if (field !== undefined && field !== field.trim())
    report.add("detection.field-blanks", line, `the field name "${field}" has blanks around it`);
  if (modifiers.includes("all") && values.length === 1) {
    const to = key
      .split("|")
      .filter((part, index) => index === 0 || part !== "all")
      .join("|");
    const fix = field === undefined ? undefined : replaceIn(lines, line, { from: key, to, description: "remove |all" });
    report.add("detection.all-one-value", line, "|all with one value changes nothing", maybeFix(fix));
  }
  if (isList && values.length === 1 && field !== undefined && !modifiers.includes("all"))
    report.add(
      "detection.single-value-list",
      line,
      "a list of one value",
      maybeFix(inlineFix(item, values[0] as ScalarNode, lines)),
    );
  if (isList && values.length > 1 && values.some(({ value }) => value === null))
    report.add("detection.null-in-list", line, "null within a list", {
      hint: "the specification wants it alone: use a list of maps",
    });
  const encodes = modifiers.includes("base64") || modifiers.includes("base64offset");
  if (encodes && !modifiers.some((one) => AFFIXES.includes(one)))
    report.add("detection.base64-whole", line, "the encoded text must be the whole value", { hint: "add |contains" });
  if (
    modifiers.includes("windash") &&
    !textsOf(item).some(({ text }) => /(?:^|[^\p{L}\p{N}_])[-/\u2013\u2014\u2015][\p{L}\p{N}_]/u.test(text))
  ) {
    const to = key.replace("|windash", "");
    const fix = replaceIn(lines, line, { from: key, to, description: "remove |windash" });
    report.add("detection.windash-needless", line, "|windash, but no value has a dash before a word", maybeFix(fix));
  }
}

/** `key:` and `- value` on the next line become `key: value`. */
function inlineFix({ key, line }: WrittenItem, value: ScalarNode, lines: readonly string[]): Fix | undefined {
  const head = lines[line - 1]?.trimEnd();
  const tail = lines[line];
  if (value.line !== line + 1 || head === undefined || tail === undefined) return undefined;
  const item = /^\s*-\s+(\S.*)$/u.exec(tail);
  if (item === null || !head.trimStart().replace(/^- /u, "").startsWith(key) || !head.endsWith(":")) return undefined;
  return { description: "write the value beside the key", line, count: 2, lines: [`${head} ${item[1]}`] };
}

function checkDuplicates(item: WrittenItem, { report }: Subject): void {
  const cased = item.modifiers.includes("cased") || item.modifiers.includes("re");
  const exact = new Set<string>();
  const folded = new Map<string, ScalarNode>();
  for (const node of item.values) {
    const text = typeof node.value === "string" ? node.value : `\0${String(node.value)}`;
    if (exact.has(text)) {
      report.add("detection.duplicate-value", node.line, `${shown(node)} stands here twice`);
      continue;
    }
    exact.add(text);
    const twin = folded.get(fold(text));
    if (twin !== undefined && !cased)
      report.add("detection.case-twin-value", node.line, `${shown(node)} differs from line ${twin.line} only in case`, {
        hint: "case does not matter",
      });
    folded.set(fold(text), node);
  }
  if (!item.modifiers.includes("all") && !cased) checkCovered(item, { report });
}

/** Beyond this many values comparing each with each is not worth its time. */
const MAX_COMPARED = 200;

function checkCovered(item: WrittenItem, { report }: Pick<Subject, "report">): void {
  const relation = item.modifiers.length === 1 ? item.modifiers[0] : undefined;
  if (relation === undefined || !AFFIXES.includes(relation) || item.values.length > MAX_COMPARED) return;
  const texts = textsOf(item).filter(({ text }) => text !== "" && !/[*?\\]/u.test(text));
  for (const { node, text } of texts) {
    const wider = texts.find(
      (other) =>
        other.node !== node && fold(other.text) !== fold(text) && covers(fold(other.text), fold(text), relation),
    );
    if (wider !== undefined)
      report.add(
        "detection.covered-value",
        node.line,
        `line ${wider.node.line} already finds everything with ${shown(node)}`,
      );
  }
}

function covers(wide: string, narrow: string, relation: string): boolean {
  if (relation === "contains") return narrow.includes(wide);
  return relation === "startswith" ? narrow.startsWith(wide) : narrow.endsWith(wide);
}

function checkText({ node, text }: { node: ScalarNode; text: string }, item: WrittenItem, subject: Subject): void {
  const { report, lines } = subject;
  const affix = item.modifiers.find((one) => AFFIXES.includes(one));
  const { field, modifiers } = item;
  if (/[\u2013\u2014]\p{L}/u.test(text) && !modifiers.includes("windash"))
    report.add("text.long-dash", node.line, "a long dash where an option may begin", {
      hint: "write - and use |windash",
    });
  if (/[\u2018\u2019\u201C-\u201F]/u.test(text))
    report.add("text.curly-quotes", node.line, "typographic quotes are part of the value", { hint: `use ' or "` });
  if (affix !== undefined && text === "") report.add("detection.empty-text", node.line, `every value ${affix} nothing`);
  const bare = affix === undefined ? text : stripped(text, affix);
  if (affix !== undefined && bare !== text && bare !== "") {
    const fix = replaceIn(lines, node.line, { from: text, to: bare, description: "remove the needless wildcards" });
    report.add("detection.needless-wildcard", node.line, `|${affix} needs no * at that end`, maybeFix(fix));
  }
  if (field === undefined || affix !== undefined) {
    const core = bare.replaceAll("*", "");
    if (
      core !== "" &&
      core.length <= 2 &&
      affix !== "endswith" &&
      !/[^\x20-\x7e]/u.test(core) &&
      !modifiers.includes("all")
    )
      report.add("detection.short-text", node.line, `${shown(node)} stands in nearly every event`);
  }
  if (field === undefined || modifiers.length > 0) {
    if (affix === "endswith" && field !== undefined) checkFileName(text, node, { field, subject });
    return;
  }
  if (text === "*")
    report.add("detection.lone-wildcard", node.line, "* only asks whether the field holds anything", {
      hint: "|exists: true",
    });
  else if (/^\*[^*?]*\*$|^[^*?]+\*$|^\*[^*?]+$/u.test(text) && !text.endsWith("\\*")) {
    const name = text.startsWith("*") ? (text.endsWith("*") ? "contains" : "endswith") : "startswith";
    report.add("detection.wildcard-modifier", node.line, `wildcards where |${name} says it`, {
      hint: `${field}|${name}`,
    });
  } else if (PATH_FIELDS.test(field) && /^[\w.-]+\.\w{2,4}$/u.test(text)) {
    const to = `${field}|endswith`;
    report.add("detection.path-expected", node.line, `${field} holds a whole path and never equals ${shown(node)}`, {
      hint: `${to}: '\\${text}'`,
    });
  }
}

function checkFileName(text: string, node: ScalarNode, { field, subject }: { field: string; subject: Subject }): void {
  if (!PATH_FIELDS.test(field) || !/^[\w-]+\.(?:exe|dll|com|scr|sys)$/iu.test(text)) return;
  subject.report.add("detection.path-separator", node.line, `also ends names such as my${text}`, {
    hint: `'\\${text}'`,
  });
}

/** Without the wildcards a modifier adds itself; an escaped star stays. */
function stripped(text: string, affix: string): string {
  let bare = text;
  if (affix !== "startswith") bare = bare.replace(/^\*+/u, "");
  if (affix !== "endswith" && !bare.endsWith("\\*")) bare = bare.replace(/\*+$/u, "");
  return bare;
}

const PLAIN_PATTERN = /^(?:[\w\s:;,@#%&=<>!~'"`/-]|\\[.\\()[\]{}+*?^$|/-])+$/u;

function checkPattern(
  { node, text }: { node: ScalarNode; text: string },
  item: WrittenItem,
  { report }: Subject,
): void {
  if (PLAIN_PATTERN.test(text)) {
    const hint = item.modifiers.includes("i") ? "|contains" : "|contains, with |cased if case matters";
    report.add("detection.regex-literal", node.line, "a plain text does not need a regular expression", { hint });
    return;
  }
  if (/^\.[*+](?!\?)|(?<!\\)\.\*$/u.test(text))
    report.add("detection.regex-open-ends", node.line, "|re searches anywhere: .* at the ends does nothing but cost");
  if (/\w(?<!\\)\.(?:exe|dll|ps1|bat|cmd|com|vbs|sys)\b/iu.test(text))
    report.add("detection.regex-dot", node.line, "the dot before the extension stands for any character", {
      hint: "write \\.",
    });
}

function checkNetwork({ node, text }: { node: ScalarNode; text: string }, { report }: Subject): void {
  const [address = "", length = ""] = text.split("/");
  const octets = address.split(".").map(Number);
  if (octets.length !== 4 || octets.some((one) => !Number.isInteger(one) || one > 255) || !/^\d+$/u.test(length))
    return;
  const value = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const size = 2 ** (32 - Math.min(32, Number(length)));
  if (value % size === 0) return;
  const network = Math.floor(value / size) * size;
  const written = [24, 16, 8, 0].map((bits) => Math.floor(network / 2 ** bits) % 256).join(".");
  report.add("detection.cidr-host-bits", node.line, `${text} names a host, not a network`, {
    hint: `${written}/${length}`,
  });
}

function shown(node: ScalarNode): string {
  const text = String(node.value);
  return `"${text.length > 60 ? `${text.slice(0, 57)}…` : text}"`;
}
