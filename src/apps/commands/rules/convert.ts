import { Fault } from "../../../kernel/index.ts";
import {
  huntQuery,
  type LeftOut,
  type Rule,
  type RuleDocument,
  storeQueryOf,
  targetOf,
} from "../../../modules/detection/index.ts";
import { printQuery, type Query, sqlCondition } from "../../../modules/lake/index.ts";
import { flag, readArguments } from "../../arguments.ts";
import { printable } from "../../scan/progress.ts";
import { KNOWLEDGE_OPTIONS, chooseRule, loadKnowledge } from "./sources.ts";

export const CONVERT_HELP = `khien rules convert RULE [--hunt|--store|--sql] [--json]

A rule as a search of the event store.
  RULE     file (file.yml#id when it holds several), or the id or name of a built-in rule
  --hunt   as one would type it in the console (default); what it cannot say is told on standard error
  --store  what a retro-hunt asks: selects every event the rule matches and usually some more
  --sql    the same as the condition of a SQL query
  --placeholders FILE
           values of %placeholders% (name: list of values)
  --json   all of them in one JSON document

Exit code: 0 the search says all the rule says, 2 parts are left out, 1 the rule could not be read.
`;

const OPTIONS = {
  ...KNOWLEDGE_OPTIONS,
  hunt: { type: "boolean" },
  store: { type: "boolean" },
  sql: { type: "boolean" },
  json: { type: "boolean" },
} as const;

interface Converted {
  readonly hunt: readonly {
    readonly rule: Rule;
    readonly text: string | null;
    readonly leftOut: readonly LeftOut[];
    readonly exact: boolean;
  }[];
  readonly store: Query;
}

export async function convertCommand(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, OPTIONS);
  const { map } = await loadKnowledge(parsed);
  const { main, known } = await chooseRule(parsed.positionals[0], map);
  const target = targetOf(
    main,
    known.filter(({ kind }) => kind !== "filter"),
  );
  const hunt = target.rules.map((rule) => ({ rule, ...huntQuery(rule, map) }));
  const store = storeQueryOf({ target, map, from: 0, to: 0, narrow: undefined });
  const converted: Converted = { hunt, store };
  if (flag(parsed, "json")) process.stdout.write(`${JSON.stringify(jsonOf(main, converted), null, 2)}\n`);
  else if (flag(parsed, "sql")) process.stdout.write(`${sqlCondition(store)}\n`);
  else if (flag(parsed, "store")) process.stdout.write(`${printQuery(store)}\n`);
  else printHunt(converted);
  return hunt.every(({ exact }) => exact) ? 0 : 2;
}

function jsonOf(main: RuleDocument, { hunt, store }: Converted): object {
  return {
    rule: { id: main.id, title: main.title, kind: main.kind },
    hunt: hunt.map(({ rule, text, exact, leftOut }) => ({ rule: rule.id, query: text, exact, leftOut })),
    store: printQuery(store),
    sql: sqlCondition(store),
  };
}

function printHunt({ hunt }: Converted): void {
  for (const { rule, text, leftOut } of hunt) {
    if (text === null)
      throw new Fault(
        "too_large",
        "rules.convert.too_long",
        `"${rule.title}" is longer than a search may be; --store shows what is asked`,
      );
    process.stdout.write(`${text}\n`);
    for (const { line, key, why } of leftOut)
      process.stderr.write(
        `${printable(`${rule.file}:${line}: ${key === "" ? "keywords" : key} is not said exactly: ${why}`)}\n`,
      );
  }
}
