import { Fault, tableOf } from "../../kernel/index.ts";

interface Verb {
  readonly run: (args: readonly string[]) => Promise<number>;
  readonly help: string;
}

/** Each is loaded when it is asked for: a linter must not wait for the event store to be read from disk. */
const VERBS = tableOf<{ readonly summary: string; readonly load: () => Promise<Verb> }>({
  lint: {
    summary: "what is wrong with rules, and what could be better",
    load: async () => {
      const { LINT_HELP, lintCommand } = await import("./rules/lint.ts");
      return { run: lintCommand, help: LINT_HELP };
    },
  },
  test: {
    summary: "run the samples inside and beside rules, and regression folders",
    load: async () => {
      const { TEST_HELP, testCommand } = await import("./rules/test.ts");
      return { run: testCommand, help: TEST_HELP };
    },
  },
  explain: {
    summary: "why events match a rule, or how near they come",
    load: async () => {
      const { EXPLAIN_HELP, explainCommand } = await import("./rules/explain.ts");
      return { run: explainCommand, help: EXPLAIN_HELP };
    },
  },
  coverage: {
    summary: "ATT&CK coverage, and rules that no data source feeds",
    load: async () => {
      const { COVERAGE_HELP, coverageCommand } = await import("./rules/coverage.ts");
      return { run: coverageCommand, help: COVERAGE_HELP };
    },
  },
  convert: {
    summary: "a rule as a search of the event store",
    load: async () => {
      const { CONVERT_HELP, convertCommand } = await import("./rules/convert.ts");
      return { run: convertCommand, help: CONVERT_HELP };
    },
  },
  backtest: {
    summary: "a rule over history: matches and expected alerts",
    load: async () => {
      const { BACKTEST_HELP, backtestCommand } = await import("./rules/backtest.ts");
      return { run: backtestCommand, help: BACKTEST_HELP };
    },
  },
  save: {
    summary: "keep a rule file on a running server",
    load: async () => {
      const { SAVE_HELP, saveCommand } = await import("./rules/served/save.ts");
      return { run: saveCommand, help: SAVE_HELP };
    },
  },
  enable: {
    summary: "turn a rule of a running server on",
    load: async () => {
      const { ENABLE_HELP, enableCommand } = await import("./rules/served/change.ts");
      return { run: enableCommand, help: ENABLE_HELP };
    },
  },
  disable: {
    summary: "turn a rule of a running server off",
    load: async () => {
      const { DISABLE_HELP, disableCommand } = await import("./rules/served/change.ts");
      return { run: disableCommand, help: DISABLE_HELP };
    },
  },
  tune: {
    summary: "level and suppression of a rule of a running server",
    load: async () => {
      const { TUNE_HELP, tuneCommand } = await import("./rules/served/change.ts");
      return { run: tuneCommand, help: TUNE_HELP };
    },
  },
  except: {
    summary: "exceptions of a rule of a running server",
    load: async () => {
      const { EXCEPT_HELP, exceptCommand } = await import("./rules/served/except.ts");
      return { run: exceptCommand, help: EXCEPT_HELP };
    },
  },
  import: {
    summary: "take a folder or archive of rules into this installation",
    load: async () => {
      const { IMPORT_HELP, importCommand } = await import("./rules/library.ts");
      return { run: importCommand, help: IMPORT_HELP };
    },
  },
  list: {
    summary: "the rules of this installation",
    load: async () => {
      const { LIST_HELP, listCommand } = await import("./rules/library.ts");
      return { run: listCommand, help: LIST_HELP };
    },
  },
});

export const RULES_HELP = `khien rules VERB …

${Object.entries(VERBS)
  .map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`)
  .join("\n")}

khien rules VERB --help tells more. docs/rules.md is the rule author's guide.
`;

export async function rulesCommand(args: readonly string[]): Promise<number> {
  const [name = "", ...rest] = args;
  const known = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
  if (known === undefined) {
    if (name === "--help" || name === "-h") return print(RULES_HELP);
    const complaint = name === "" ? "say what to do" : `khien rules has no "${name}"`;
    throw new Fault("invalid", "cli.command.unknown", `${complaint}\n${RULES_HELP}`);
  }
  const verb = await known.load();
  return rest.includes("--help") || rest.includes("-h") ? print(verb.help) : verb.run(rest);
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}
