/**
 * From the text of a rule file to checked rules. One file may hold several documents; the legacy `action: global`
 * (and `reset`, `repeat`) merges documents as sigmac did. Any problem in a document drops that document only.
 */
import type { ContentProblem } from "../../../../kernel/index.ts";
import type { DocumentNode, DocumentParser, MapNode, ParsedDocument } from "./document.ts";
import { entryOf } from "./document.ts";
import { MAX_DOCUMENTS_PER_FILE, MAX_RULE_BYTES } from "./limits.ts";
import { parseRuleDocument } from "./parse-rule.ts";
import type { ParsedRules, Rule, SkippedDocument } from "./rule.ts";

export interface ParseOptions {
  readonly documents: DocumentParser;
  /** File name for complaints, with `/` separators. */
  readonly file?: string;
  /** Hash of the text; documents after the first get a suffix. */
  readonly version: string;
}

interface Outcome {
  readonly rules: Rule[];
  readonly problems: ContentProblem[];
  readonly skipped: SkippedDocument[];
}

export function parseRules(text: string, options: ParseOptions): ParsedRules {
  const file = options.file ?? "";
  if (text.length > MAX_RULE_BYTES) {
    const message = `the file is longer than ${MAX_RULE_BYTES} characters`;
    return { rules: [], skipped: [], problems: [{ file, line: 0, code: "sigma.file.too-long", message }] };
  }
  const outcome: Outcome = { rules: [], problems: [], skipped: [] };
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
  const kind =
    entryOf(root, "correlation") !== undefined
      ? "correlation"
      : entryOf(root, "filter") !== undefined
        ? "filter"
        : undefined;
  if (kind !== undefined) {
    outcome.skipped.push({ file, line: root.line, kind, ...named(root, "title"), ...named(root, "id") });
    return;
  }
  const problems: ContentProblem[] = [];
  // Documents under one `action: global` share its id: the later ones get a number, so that all of them count.
  const twins =
    sharedId === undefined
      ? 0
      : outcome.rules.filter((rule) => rule.id === sharedId || rule.id.startsWith(`${sharedId}.`)).length;
  const complaints = { add: (problem: Omit<ContentProblem, "file">) => void problems.push({ file, ...problem }) };
  const rule = parseRuleDocument(root, { file, version: index === 0 ? version : `${version}-${index}`, complaints });
  if (problems.length > 0) outcome.problems.push(...problems);
  else if (rule !== undefined) outcome.rules.push(twins === 0 ? rule : { ...rule, id: `${rule.id}.${twins + 1}` });
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
