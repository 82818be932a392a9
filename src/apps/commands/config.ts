import { type Config, loadConfig, printableConfig, processEnvironment } from "../../platform/config/index.ts";
import { type Parsed, readArguments, text } from "../arguments.ts";

/** Options every command that touches the data directory takes. */
export const CONFIG_OPTIONS = {
  "data-dir": { type: "string" },
  port: { type: "string" },
} as const;

export function configOf(parsed: Parsed): Config {
  const dataDir = text(parsed, "data-dir");
  const httpPort = text(parsed, "port");
  return loadConfig({
    env: processEnvironment(),
    flags: { ...(dataDir === undefined ? {} : { dataDir }), ...(httpPort === undefined ? {} : { httpPort }) },
  });
}

export const CONFIG_HELP = `khien config [--data-dir DIR]

Prints the settings in force as JSON: command line over environment over file over defaults. Secrets are masked.
`;

export async function configCommand(args: readonly string[]): Promise<number> {
  const config = configOf(readArguments(args, CONFIG_OPTIONS));
  process.stdout.write(`${JSON.stringify(printableConfig(config), null, 2)}\n`);
  return 0;
}
