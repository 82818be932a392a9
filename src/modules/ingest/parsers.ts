/**
 * The parsers of content/parsers, read when a program or thread first needs parsing: every place that makes events of
 * records has to make the same ones, so none can be without them.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ContentProblem, JournalRecord, KhienEvent, LogSource } from "../../kernel/index.ts";
import type { ContentFile, Judged } from "../../platform/content/index.ts";
import { parseYaml } from "../../platform/yaml/index.ts";
import { type ParserDefinition, ParserSet, readDefinition } from "./core/definitions/index.ts";
import { type ParseContext, parseRecord as parseWith } from "./core/parse.ts";
import type { ContentParsers } from "./core/parsed.ts";

/** Three up from src/modules/ingest and from dist/modules/ingest alike. */
const PARSERS_DIR = fileURLToPath(new URL("../../../content/parsers", import.meta.url));

export interface LoadedParsers {
  readonly definitions: readonly ParserDefinition[];
  readonly problems: readonly ContentProblem[];
}

/** One file to its definition, or to what is wrong with it. */
export function judgeParser({ path, text }: ContentFile): Judged<ParserDefinition> {
  const [document] = parseYaml(text);
  const problems = (document?.problems ?? []).map((problem) => ({ file: path, ...problem }));
  if (document?.root === undefined || problems.length > 0) {
    const empty = { file: path, line: 0, code: "parser.file.empty", message: "the file holds no definition" };
    return { items: [], problems: problems.length > 0 ? problems : [empty] };
  }
  const { definition, problems: wrong } = readDefinition(document.root, path);
  return { items: definition === undefined ? [] : [definition], problems: wrong };
}

/** What a folder of definitions holds; at once, because parsing a record waits for nothing. */
export function readParsers(dir: string = PARSERS_DIR): LoadedParsers {
  const judged = readdirSync(dir)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((path) => judgeParser({ path, text: readFileSync(join(dir, path), "utf8") }));
  return {
    definitions: judged.flatMap(({ items }) => items),
    problems: judged.flatMap(({ problems }) => problems),
  };
}

let own: { readonly set: ParserSet; readonly problems: readonly ContentProblem[] } | undefined;

function ownParsers(): NonNullable<typeof own> {
  if (own === undefined) {
    const { definitions, problems } = readParsers();
    own = { set: new ParserSet(definitions), problems };
  }
  return own;
}

/** The parsers that came with the program. */
export function contentParsers(): ParserSet {
  return ownParsers().set;
}

/** Every log source their events can have, once; one that says nothing is that of what is unwrapped. */
export function parsedSources(): readonly LogSource[] {
  const sources = contentParsers().definitions.flatMap(({ reading, further, logsources }) => {
    const rules = [reading, ...further.map((step) => step.reading)];
    const ofPatterns = rules.flatMap((rule) =>
      rule.kind === "patterns" ? rule.patterns.flatMap(({ logsource }) => logsource ?? []) : [],
    );
    return [...logsources.map(({ source }) => source), ...ofPatterns];
  });
  const known = new Map(sources.map((source) => [JSON.stringify(source), source]));
  return [...known.values()].filter((source) => Object.keys(source).length > 0);
}

/** The text of the file a definition comes from. */
export function parserText({ file }: Pick<ParserDefinition, "file">): string {
  return readFileSync(join(PARSERS_DIR, file), "utf8");
}

/** What is wrong with them. */
export function parserProblems(): readonly ContentProblem[] {
  return ownParsers().problems;
}

/** Windows events need none of them: a scan of these starts sooner. */
const whenNeeded: ContentParsers = {
  has: (name) => contentParsers().has(name),
  readMessage: (program, text, reading) => contentParsers().readMessage(program, text, reading),
  programSource: (program) => contentParsers().programSource(program),
  readLine: (text, reading) => contentParsers().readLine(text, reading),
  readJson: (record, reading) => contentParsers().readJson(record, reading),
  readNamed: (names, text, reading) => contentParsers().readNamed(names, text, reading),
};

/** The event of a record with the parsers of content/parsers; total, never throws. */
export function parseRecord(record: JournalRecord, context: ParseContext = {}): KhienEvent {
  return parseWith(record, { parsers: whenNeeded, ...context });
}
