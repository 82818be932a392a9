import { verifyOffline } from "../../platform/audit/index.ts";
import { flag, readArguments } from "../arguments.ts";
import { CONFIG_OPTIONS, configOf } from "./config.ts";

export const VERIFY_HELP = `khien verify [--data-dir DIR] [--json]

Checks the audit log of a data directory without the server: every entry, its place and the signed tree heads.
Exit code: 0 sound, 2 not sound (the first bad entry is named), 1 it could not be checked.
`;

export async function verifyCommand(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, { ...CONFIG_OPTIONS, json: { type: "boolean" }, help: { type: "boolean", short: "h" } });
  if (flag(parsed, "help")) {
    process.stdout.write(VERIFY_HELP);
    return 0;
  }
  const result = await verifyOffline(configOf(parsed).dataDir);
  if (flag(parsed, "json")) process.stdout.write(`${JSON.stringify(result)}\n`);
  else if (result.ok) process.stdout.write(`audit log sound: ${result.size} entries, root ${result.rootHash}\n`);
  else process.stdout.write(`audit log NOT sound: entry ${result.firstBad?.index ?? "?"}: ${result.firstBad?.reason ?? "unknown"}\n`);
  return result.ok ? 0 : 2;
}
