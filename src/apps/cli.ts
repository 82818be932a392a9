import { isFault } from "../kernel/index.ts";
import { CONFIG_HELP, configCommand } from "./commands/config.ts";
import { INGEST_HELP, ingestCommand } from "./commands/ingest.ts";
import { TOKEN_HELP, tokenCommand, USER_HELP, userCommand } from "./commands/people.ts";
import { RULES_HELP, rulesCommand } from "./commands/rules.ts";
import { explainStartFailure, START_HELP, startCommand } from "./commands/start.ts";
import { VERIFY_HELP, verifyCommand } from "./commands/verify.ts";
import { SCAN_HELP, scanCommand } from "./scan/command.ts";
import { version } from "./version.ts";

interface Command {
  readonly run: (args: readonly string[]) => Promise<number>;
  readonly help: string;
  readonly summary: string;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  start: { run: startCommand, help: START_HELP, summary: "start the server and the console" },
  scan: { run: scanCommand, help: SCAN_HELP, summary: "hunt in files, offline" },
  ingest: { run: ingestCommand, help: INGEST_HELP, summary: "send files to a running server" },
  rules: { run: rulesCommand, help: RULES_HELP, summary: "import and list detection rules" },
  user: { run: userCommand, help: USER_HELP, summary: "add a person" },
  token: { run: tokenCommand, help: TOKEN_HELP, summary: "create an API token" },
  verify: { run: verifyCommand, help: VERIFY_HELP, summary: "check the audit log, offline" },
  config: { run: configCommand, help: CONFIG_HELP, summary: "print the settings in force" },
};

/** Runs one command line; the exit code is its answer. Expected failures are one line on standard error. */
export async function main(args: readonly string[]): Promise<number> {
  const [name = "help", ...rest] = args;
  if (name === "version" || name === "--version" || name === "-v") return print(`khien ${version}\n`);
  if (name === "help" || name === "--help" || name === "-h") return print(COMMANDS[rest[0] ?? ""]?.help ?? overview());
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    process.stderr.write(`khien: no command "${name}"\n\n${overview()}`);
    return 1;
  }
  if (rest.includes("--help") || rest.includes("-h")) return print(command.help);
  try {
    return await command.run(rest);
  } catch (error) {
    const fault = isFault(error) ? error : explainStartFailure(error);
    if (fault === undefined) throw error;
    process.stderr.write(`khien ${name}: ${fault.message} [${fault.code}]\n`);
    return 1;
  }
}

function overview(): string {
  const rows = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(9)}${summary}`);
  return `khien ${version}: the digital shield of critical systems\n\nCommands (khien help COMMAND tells more):\n${rows.join("\n")}\n`;
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
