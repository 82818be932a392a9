import { writeFile } from "node:fs/promises";
import {
  type CoveredRule,
  isFed,
  layerOf,
  type LogSourceMap,
  type Matrix,
  matrixOf,
  type RuleDocument,
  runsByDefault,
} from "../../../modules/detection/index.ts";
import { flag, oneOf, type Parsed, readArguments, text } from "../../arguments.ts";
import { printable } from "../../scan/progress.ts";
import { CONFIG_OPTIONS } from "../config.ts";
import { withLibrary } from "./library.ts";
import { KNOWLEDGE_OPTIONS, builtinDocuments, loadDocuments, loadKnowledge } from "./sources.ts";

export const COVERAGE_HELP = `khien rules coverage [PATH…|--library] [--domain enterprise|ics] [--layer FILE] [--json]

How far rules cover ATT&CK, and which of them nothing this program reads can feed.
  PATH            folders or archives of rules (default: the built-in ones)
  --library       the rules of this installation, with what is turned on and what data arrives
  --domain        the matrix: enterprise (default) or ics
  --layer FILE    writes an ATT&CK Navigator layer (format 4.5)
  --placeholders FILE
                  values of %placeholders% (name: list of values)
  --json          one JSON document

Exit code: 0 every rule can be fed, 2 some cannot, 1 the rules could not be read.
`;

const OPTIONS = {
  ...KNOWLEDGE_OPTIONS,
  ...CONFIG_OPTIONS,
  library: { type: "boolean" },
  domain: { type: "string" },
  layer: { type: "string" },
  json: { type: "boolean" },
} as const;

type Coverable = CoveredRule & { readonly rule: RuleDocument };

export async function coverageCommand(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, OPTIONS);
  const { map, attack } = await loadKnowledge(parsed);
  const rules = flag(parsed, "library") ? await libraryRules(parsed) : await fileRules(parsed.positionals, map);
  const domain = oneOf(parsed, "domain", ["enterprise", "ics"]) ?? "enterprise";
  const matrix = matrixOf(rules, attack, domain);
  const unfed = unfedRules(rules, map);
  const layer = text(parsed, "layer");
  if (layer !== undefined) await writeFile(layer, `${JSON.stringify(layerOf(matrix, `Khiên ${domain}`), null, 2)}\n`);
  if (flag(parsed, "json")) {
    const told = unfed.map(({ id, title, file, line }) => ({ id, title, file, line }));
    process.stdout.write(`${JSON.stringify({ rules: rules.length, ...matrix, withoutSource: told }, null, 2)}\n`);
  } else process.stdout.write(table(matrix, rules.length, unfed));
  return unfed.length === 0 ? 0 : 2;
}

async function fileRules(paths: readonly string[], map: LogSourceMap): Promise<Coverable[]> {
  const documents: RuleDocument[] = [];
  for (const path of paths) documents.push(...(await loadDocuments(path, map)));
  if (paths.length === 0) documents.push(...(await builtinDocuments(map)));
  return documents
    .filter(({ kind }) => kind !== "filter")
    .map((rule) => ({ rule, enabled: runsByDefault(rule), dataSource: undefined, fired30d: 0 }));
}

function libraryRules(parsed: Parsed): Promise<Coverable[]> {
  return withLibrary(parsed, async (library) => {
    const seen = await library.seenSources();
    return library
      .all()
      .filter(({ rule }) => rule.kind !== "filter")
      .map(({ rule, enabled }) => ({ rule, enabled, dataSource: library.dataSource(rule, seen).state, fired30d: 0 }));
  });
}

function unfedRules(rules: readonly Coverable[], map: LogSourceMap): RuleDocument[] {
  return rules
    .map(({ rule }) => rule)
    .filter((rule) => rule.kind === "detection" && !isFed(rule.logsource, map))
    .toSorted((a, b) => (a.title < b.title ? -1 : 1));
}

function table(matrix: Matrix, rules: number, unfed: readonly RuleDocument[]): string {
  const lines = matrix.tactics.map(({ name, techniques }) => {
    const covered = techniques.filter((one) => one.rules > 0).length;
    const subs = techniques.flatMap((one) => one.subtechniques);
    const coveredSubs = subs.filter((one) => one.rules > 0).length;
    const enabled = techniques.filter((one) => one.enabled > 0).length;
    return `${name.padEnd(28)}${`${covered}/${techniques.length}`.padStart(8)} techniques (${enabled} enabled), ${coveredSubs}/${subs.length} sub-techniques`;
  });
  const unknown = matrix.unknown.length === 0 ? [] : [`not in ATT&CK ${matrix.version}: ${matrix.unknown.join(", ")}`];
  const without = unfed.map(({ id, title, file, line }) => `no data source: ${file}:${line}: ${title} (${id})`);
  return [
    `ATT&CK ${matrix.version} ${matrix.domain}, ${rules} rules, ${matrix.unmapped} of them name no technique of it`,
    ...lines,
    ...unknown,
    ...without,
    `${unfed.length} rules that no data source feeds`,
    "",
  ]
    .map((line) => printable(line))
    .join("\n");
}
