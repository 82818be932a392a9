import { Fault, isFault, tableOf } from "../kernel/index.ts";
import { version } from "./version.ts";

interface Command {
  readonly run: (args: readonly string[]) => Promise<number>;
  readonly help: string;
}

/** Each command is loaded only when it is called: a scan must not wait for a web server to be read from disk. */
const COMMANDS = tableOf<{ readonly summary: string; readonly load: () => Promise<Command> }>({
  start: {
    summary: "start the server and the console",
    load: async () => {
      const { START_HELP, startCommand } = await import("./commands/start.ts");
      return { run: startCommand, help: START_HELP };
    },
  },
  scan: {
    summary: "hunt in files, offline",
    load: async () => {
      const { SCAN_HELP, scanCommand } = await import("./scan/command.ts");
      return { run: scanCommand, help: SCAN_HELP };
    },
  },
  ingest: {
    summary: "send files to a running server",
    load: async () => {
      const { INGEST_HELP, ingestCommand } = await import("./commands/ingest.ts");
      return { run: ingestCommand, help: INGEST_HELP };
    },
  },
  rules: {
    summary: "detection rules: lint, test, explain, convert, back-test, save, enable, tune, import, list",
    load: async () => {
      const { RULES_HELP, rulesCommand } = await import("./commands/rules.ts");
      return { run: rulesCommand, help: RULES_HELP };
    },
  },
  user: {
    summary: "add a person",
    load: async () => {
      const { USER_HELP, userCommand } = await import("./commands/people.ts");
      return { run: userCommand, help: USER_HELP };
    },
  },
  token: {
    summary: "create an API token",
    load: async () => {
      const { TOKEN_HELP, tokenCommand } = await import("./commands/people.ts");
      return { run: tokenCommand, help: TOKEN_HELP };
    },
  },
  backup: {
    summary: "copy everything, encrypted, while the server runs",
    load: async () => {
      const { BACKUP_HELP, backupCommand } = await import("./commands/backup.ts");
      return { run: backupCommand, help: BACKUP_HELP };
    },
  },
  restore: {
    summary: "put a backup into an empty folder",
    load: async () => {
      const { RESTORE_HELP, restoreCommand } = await import("./commands/restore.ts");
      return { run: restoreCommand, help: RESTORE_HELP };
    },
  },
  doctor: {
    summary: "check everything, say what is wrong and what to do",
    load: async () => {
      const { DOCTOR_HELP, doctorCommand } = await import("./commands/doctor.ts");
      return { run: doctorCommand, help: DOCTOR_HELP };
    },
  },
  verify: {
    summary: "check audit log and events, offline; check the proof of an event",
    load: async () => {
      const { VERIFY_HELP, verifyCommand } = await import("./commands/verify.ts");
      return { run: verifyCommand, help: VERIFY_HELP };
    },
  },
  config: {
    summary: "print the settings in force",
    load: async () => {
      const { CONFIG_HELP, configCommand } = await import("./commands/config.ts");
      return { run: configCommand, help: CONFIG_HELP };
    },
  },
});

/** Runs one command line; the exit code is its answer. Expected failures are one line on standard error. */
export async function main(args: readonly string[]): Promise<number> {
  const [name = "help", ...rest] = args;
  if (name === "version" || name === "--version" || name === "-v") return print(`khien ${version}\n`);
  if (name === "help" || name === "--help" || name === "-h")
    return print((await find(rest[0] ?? ""))?.help ?? overview());
  const command = await find(name);
  if (command === undefined) {
    process.stderr.write(`khien: no command "${name}"\n\n${overview()}`);
    return 1;
  }
  // Commands with verbs of their own tell the help of the verb.
  if ((rest.includes("--help") || rest.includes("-h")) && !(name === "rules" && rest.length > 1))
    return print(command.help);
  try {
    return await command.run(rest);
  } catch (error) {
    const fault = isFault(error) ? error : portTrouble(error);
    if (fault === undefined) throw error;
    process.stderr.write(`khien ${name}: ${fault.message} [${fault.code}]\n`);
    return 1;
  }
}

async function find(name: string): Promise<Command | undefined> {
  return Object.hasOwn(COMMANDS, name) ? COMMANDS[name]?.load() : undefined;
}

/** A port that is taken is the commonest failure of a first start: say what to do. */
function portTrouble(error: unknown): Fault | undefined {
  const { code, port } = (error ?? {}) as { code?: string; port?: number };
  if (code === "EADDRINUSE") {
    return new Fault(
      "conflict",
      "server.port.taken",
      `port ${port} is taken; stop what uses it or choose another with --port`,
    );
  }
  if (code === "EACCES" && port !== undefined) {
    return new Fault(
      "forbidden",
      "server.port.forbidden",
      `port ${port} may not be opened; choose one above 1023 with --port`,
    );
  }
  return undefined;
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
