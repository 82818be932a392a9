import type { Principal } from "../../platform/http/index.ts";
import { flag, readArguments } from "../arguments.ts";
import { type RunningServer, startServer } from "../start.ts";
import { CONFIG_OPTIONS, configOf } from "./config.ts";

export const START_HELP = `khien start [--sample] [--data-dir DIR] [--port N]

Starts the server: console, doors, pipeline. Listens on 127.0.0.1 unless configured otherwise.

  --sample         replay the sample intrusion as an exercise, once the server is ready
  --data-dir DIR   where everything is kept (KHIEN_DATA_DIR; default ~/.local/share/khien)
  --port N         HTTP port (KHIEN_HTTP_PORT; default 7443)

Other settings: khien config. Stop with Ctrl-C; stopping loses nothing.
`;

const SAMPLE_SCENARIO = "sample-intrusion";
const COMMAND_LINE: Principal = { kind: "system", id: "command-line", name: "command line", permissions: new Set() };

/** `khien start`: runs until a signal ends it. */
export async function startCommand(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, {
    ...CONFIG_OPTIONS,
    sample: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  });
  if (flag(parsed, "help")) {
    process.stdout.write(START_HELP);
    return 0;
  }
  const server = await startServer(configOf(parsed));
  const stopped = untilSignal();
  announce(server);
  try {
    await server.ready;
  } catch (error) {
    server.parts.log.error({ error: String(error) }, "the server could not be made ready");
    await server.close();
    throw error;
  }
  if (flag(parsed, "sample")) {
    const exercise = await server.parts.exercises.start(SAMPLE_SCENARIO, { who: COMMAND_LINE, peer: null });
    process.stdout.write(`Sample intrusion is being replayed as an exercise (${exercise.total} log lines).\n`);
  }
  await stopped;
  process.stderr.write("Stopping …\n");
  await server.close();
  return 0;
}

function announce({ url, setupUrl, parts }: RunningServer): void {
  const lines = [`Khiên listens at ${url.href}`, `Data in ${parts.config.dataDir}`];
  if (setupUrl !== undefined)
    lines.push("", "Create the first administrator here (the link works once):", `  ${setupUrl.href}`, "");
  process.stdout.write(`${lines.join("\n")}\n`);
}

function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => {
        // Whoever asks twice does not want to wait for an orderly end; nothing acknowledged is lost by this.
        process.once(signal, () => process.exit(1));
        resolve();
      });
    }
  });
}
