/**
 * From the text of a rule file to checked documents: rules, correlations, filters. One file may hold several; the legacy `action: global`
 * (and `reset`, `repeat`) merges documents as sigmac did. Any problem in a document drops that document only.
 */
import type { ContentProblem } from "../../../../../kernel/index.ts";
import type { DocumentNode, DocumentParser, MapNode, ParsedDocument } from "./document.ts";
import { entryOf } from "./document.ts";
import type { Correlation } from "../correlation/correlation.ts";
import type { SigmaFilter } from "../filter.ts";
import { MAX_DOCUMENTS_PER_FILE, MAX_RULE_BYTES } from "../limits.ts";
import { parseCorrelationDocument } from "./parse-correlation.ts";
import { parseFilterDocument } from "./parse-filter.ts";
import { parseLegacyDocument, partOf } from "./parse-legacy.ts";
import type { DocumentContext } from "./parse-metadata.ts";
import { parseRuleDocument } from "./parse-rule.ts";
import type { ParsedRules, SkippedDocument } from "./parsed.ts";
import type { Rule } from "../rule.ts";

export interface ParseOptions {
  readonly documents: DocumentParser;
  /** File name for complaints, with `/` separators. */
  readonly file?: string;
  /** Hash of the text; documents after the first get a suffix. */
  readonly version: string;
}

interface Outcome extends ParsedRules {
  readonly rules: Rule[];
  readonly correlations: Correlation[];
  readonly filters: SigmaFilter[];
  readonly problems: ContentProblem[];
  readonly skipped: SkippedDocument[];
}

export function parseRules(text: string, options: ParseOptions): ParsedRules {
  const file = options.file ?? "";
  const outcome: Outcome = { rules: [], correlations: [], filters: [], problems: [], skipped: [] };
  if (text.length > MAX_RULE_BYTES) {
    const message = `the file is longer than ${MAX_RULE_BYTES} characters`;
    return { ...outcome, problems: [{ file, line: 0, code: "sigma.file.too-long", message }] };
  }
  const documents = options.documents.parse(text);
  if (documents.length > MAX_DOCUMENTS_PER_FILE) {
    const message = `more than ${MAX_DOCUMENTS_PER_FILE} documents in one file`;
    return { ...outcome, problems: [{ file, line: 0, code: "sigma.file.too-many-documents", message }] };
  }
  const context: FileContext = { file, version: options.version, outcome };
  const roots = usableRoots(documents, context);
  for (const [index, document] of mergeActions(roots).entries()) readDocument(document, index, context);
  if (documents.length === 0) outcome.skipped.push({ file, line: 1, kind: "empty" });
  return outcome;
}

interface FileContext {
  readonly file: string;
  readonly version: string;
  readonly outcome: Outcome;
}

function usableRoots(documents: readonly ParsedDocument[], { file, outcome }: FileContext): MapNode[] {
  const roots: MapNode[] = [];
  for (const { root, problems, line } of documents) {
    if (problems.length > 0) outcome.problems.push(...problems.map((problem) => ({ file, ...problem })));
    else if (root === undefined || (root.kind === "scalar" && root.value === null))
      outcome.skipped.push({ file, line, kind: "empty" });
    else if (root.kind === "map") roots.push(root);
    else
      outcome.problems.push({ file, line, code: "sigma.document.not-a-map", message: "a rule is a map of attributes" });
  }
  return roots;
}

function readDocument(
  { root, sharedId }: MergedDocument,
  index: number,
  { file, version, outcome }: FileContext,
): void {
  const problems: ContentProblem[] = [];
  const complaints = { add: (problem: Omit<ContentProblem, "file">) => void problems.push({ file, ...problem }) };
  const context = { file, version: index === 0 ? version : `${version}-${index}`, complaints };
  const parsed = parseDocument(sharedId === undefined ? root : withNumber(root, sharedId, outcome), context);
  outcome.problems.push(...problems);
  if (problems.length === 0) for (const document of parsed) keep(document, outcome);
}

type AnyDocument = Rule | Correlation | SigmaFilter;

function parseDocument(root: MapNode, context: DocumentContext): readonly AnyDocument[] {
  if (entryOf(root, "correlation") !== undefined) return present(parseCorrelationDocument(root, context));
  if (entryOf(root, "filter") !== undefined) return present(parseFilterDocument(root, context));
  return parseLegacyDocument(root, context) ?? present(parseRuleDocument(root, context));
}

function present<Document>(document: Document | undefined): readonly Document[] {
  return document === undefined ? [] : [document];
}

function keep(document: AnyDocument, outcome: Outcome): void {
  if (document.kind === "detection") outcome.rules.push(document);
  else if (document.kind === "correlation") outcome.correlations.push(document);
  else outcome.filters.push(document);
}

/** Documents under one `action: global` share its id: the later ones get a number, so that all of them count. */
function withNumber(root: MapNode, sharedId: string, { rules, correlations, filters }: Outcome): MapNode {
  // A translated aggregation brings parts along; they are no documents of their own.
  const own = [...rules.filter((rule) => partOf(rule) === undefined), ...correlations, ...filters];
  const twins = own.filter(({ id }) => id === sharedId || id.startsWith(`${sharedId}.`)).length;
  if (twins === 0) return root;
  return overlay(root, {
    ...root,
    entries: root.entries
      .filter(({ key }) => key === "id")
      .map((entry) => ({ ...entry, value: { kind: "scalar", line: entry.line, value: `${sharedId}.${twins + 1}` } })),
  });
}

function named(root: MapNode, key: "title" | "id"): { title?: string; id?: string } {
  const node = entryOf(root, key)?.value;
  return node?.kind === "scalar" && node.value !== null ? { [key]: String(node.value) } : {};
}

interface MergedDocument {
  readonly root: MapNode;
  /** The id, when it is not the document's own. */
  readonly sharedId?: string;
}

/** `global` is laid under every later document, `repeat` continues the one before, `reset` forgets the global part. */
function mergeActions(roots: readonly MapNode[]): MergedDocument[] {
  let shared: MapNode | undefined;
  let previous: MapNode | undefined;
  const merged: MergedDocument[] = [];
  for (const root of roots) {
    const action = entryOf(root, "action")?.value;
    const name = action?.kind === "scalar" ? action.value : undefined;
    const body: MapNode = { ...root, entries: root.entries.filter(({ key }) => key !== "action") };
    if (name === "global") shared = shared === undefined ? body : overlay(shared, body);
    else if (name === "reset") shared = undefined;
    else {
      const under = name === "repeat" ? previous : shared;
      previous = under === undefined ? body : overlay(under, body);
      const inherited = entryOf(body, "id") === undefined && under !== undefined ? named(under, "id").id : undefined;
      merged.push({ root: previous, ...(inherited === undefined ? {} : { sharedId: inherited }) });
    }
  }
  return merged;
}

/** Maps merge key by key; everything else is replaced. */
function overlay(under: MapNode, over: MapNode): MapNode {
  const entries = new Map(under.entries.map((entry) => [entry.key, entry]));
  for (const entry of over.entries) {
    const below = entries.get(entry.key);
    const value: DocumentNode =
      below?.value.kind === "map" && entry.value.kind === "map" ? overlay(below.value, entry.value) : entry.value;
    entries.set(entry.key, { ...entry, value });
  }
  return { kind: "map", line: over.line, entries: [...entries.values()] };
}
