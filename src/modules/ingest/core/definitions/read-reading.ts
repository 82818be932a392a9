/** How a text is read: patterns, pairs, columns and so on, with everything a definition can say about each. */
import type { DocumentNode, LogSource } from "../../../../kernel/index.ts";
import { logSource } from "../logsources.ts";
import { patternComplaint } from "./compile-pattern.ts";
import { CAPTURE_TYPES } from "./captures.ts";
import type { PatternRule, ReadingRule } from "./definition.ts";
import { MAX_COLUMNS, MAX_PATTERNS } from "./limits.ts";
import { MapReader, type Problems, writtenText } from "./node-reader.ts";
import { readPattern } from "./pattern-syntax.ts";

const KINDS = ["patterns", "key_values", "csv", "cef", "leef", "json", "parsers"] as const;

/** The one reading a map names; undefined (and a problem) when it names none that can be used, or several. */
export function readReading(map: MapReader, problems: Problems): ReadingRule | undefined {
  const named = KINDS.filter((kind) => map.node(kind) !== undefined);
  const [kind] = named;
  if (named.length > 1) {
    problems.wrong(map.line, `${named.join(" and ")}: a text is read in one way`, "read the rest with then");
    return undefined;
  }
  if (kind === undefined) {
    problems.wrong(map.line, "nothing says how to read", `one of ${KINDS.join(", ")}`);
    return undefined;
  }
  switch (kind) {
    case "patterns":
      return { kind, patterns: readPatterns(map.node("patterns") as DocumentNode, problems) };
    case "key_values":
      return readKeyValueRule(map);
    case "csv":
      return readCsvRule(map, problems);
    case "cef":
    case "leef":
      map.truth(kind);
      return { kind };
    case "json": {
      const json = map.options("json");
      const pick = json?.textMap("pick") ?? {};
      json?.done("json");
      return { kind, rule: { pick } };
    }
    case "parsers":
      return { kind, names: map.texts("parsers") };
  }
}

function readPatterns(node: DocumentNode, problems: Problems): readonly PatternRule[] {
  const items = node.kind === "list" ? node.items : [node];
  if (items.length > MAX_PATTERNS) problems.wrong(node.line, `more than ${MAX_PATTERNS} patterns`);
  return items.slice(0, MAX_PATTERNS).flatMap((item) => {
    if (item.kind === "map") {
      const map = new MapReader(item, problems);
      const source = map.text("pattern");
      const set = map.scalars("set");
      const source_ = map.map("logsource");
      const logsource = source_ === undefined ? undefined : patternSource(source_);
      map.done("a pattern");
      if (source === undefined) {
        problems.wrong(item.line, "pattern is missing", 'pattern: "…"');
        return [];
      }
      return patternRule(source, { line: map.lineOf("pattern"), set, logsource }, problems);
    }
    const source = writtenText(item);
    if (source === undefined) {
      problems.wrong(item.line, "a pattern must be a text");
      return [];
    }
    return patternRule(source, { line: item.line, set: {}, logsource: undefined }, problems);
  });
}

function patternSource(map: MapReader): LogSource {
  const source = logSource(map.text("product"), map.text("service"), map.text("category"));
  map.done("logsource");
  return source;
}

function patternRule(
  source: string,
  rest: { readonly line: number; readonly set: PatternRule["set"]; readonly logsource: LogSource | undefined },
  problems: Problems,
): readonly PatternRule[] {
  const { line, set, logsource } = rest;
  const read = readPattern(source);
  if ("complaint" in read) {
    const { at, message, hint } = read.complaint;
    problems.add({
      line,
      code: "parser.pattern.wrong",
      message: `at character ${at + 1}: ${message}`,
      ...(hint === undefined ? {} : { hint }),
    });
    return [];
  }
  const complaint = patternComplaint(read.nodes);
  if (complaint !== undefined) {
    const hint = `types are ${CAPTURE_TYPES.join(", ")}`;
    problems.add({ line, code: "parser.pattern.wrong", message: complaint, hint });
    return [];
  }
  return [{ line, source, nodes: read.nodes, set, ...(logsource === undefined ? {} : { logsource }) }];
}

function readKeyValueRule(map: MapReader): ReadingRule {
  const inner = map.options("key_values");
  const flags = inner?.text("flags");
  const rule = {
    pair: inner?.text("pair") || " ",
    assign: inner?.text("assign") || "=",
    quotes: inner?.text("quotes") ?? '"',
    prefix: inner?.text("prefix") ?? "",
    ...(flags === undefined ? {} : { flags }),
  };
  inner?.done("key_values");
  return { kind: "key_values", rule };
}

function readCsvRule(map: MapReader, problems: Problems): ReadingRule {
  const inner = map.map("csv");
  const columns = inner?.texts("columns") ?? [];
  const rest = inner?.text("rest");
  const rule = {
    separator: inner?.text("separator") || ",",
    columns,
    ...(rest === undefined ? {} : { rest }),
  };
  inner?.done("csv");
  if (columns.length === 0 || columns.length > MAX_COLUMNS) {
    problems.wrong(map.lineOf("csv"), `csv needs 1 to ${MAX_COLUMNS} columns`, "columns: [time, src_ip, _, user]");
  }
  return { kind: "csv", rule };
}
