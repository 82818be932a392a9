import { verifyOffline } from "../../platform/audit/index.ts";
import { Fault } from "../../kernel/index.ts";
import { flag, readArguments, text } from "../arguments.ts";
import { CONFIG_OPTIONS, configOf } from "./config.ts";

export const VERIFY_HELP = `khien verify [--data-dir DIR] [--head SIZE:ROOT] [--json]

Checks the audit log of a data directory without the server: every entry, its place and the signed tree heads.
  --head SIZE:ROOT  a head noted elsewhere (the server tells heads to its log): the log must still contain it.
                    Without one, whoever holds the data directory with its key could have rewritten everything.
Exit code: 0 sound, 2 not sound (the first bad entry is named), 1 it could not be checked.
`;

export async function verifyCommand(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, {
    ...CONFIG_OPTIONS,
    json: { type: "boolean" },
    head: { type: "string" },
    help: { type: "boolean", short: "h" },
  });
  if (flag(parsed, "help")) {
    process.stdout.write(VERIFY_HELP);
    return 0;
  }
  const outside = outsideHead(text(parsed, "head"));
  const result = await verifyOffline(configOf(parsed).dataDir, outside === undefined ? {} : { outside });
  if (flag(parsed, "json")) process.stdout.write(`${JSON.stringify(result)}\n`);
  else if (result.ok) process.stdout.write(`audit log sound: ${result.size} entries, root ${result.rootHash}\n`);
  else
    process.stdout.write(
      `audit log NOT sound: entry ${result.firstBad?.index ?? "?"}: ${result.firstBad?.reason ?? "unknown"}\n`,
    );
  return result.ok ? 0 : 2;
}

function outsideHead(given: string | undefined): { size: number; rootHash: string } | undefined {
  if (given === undefined) return undefined;
  const parts = /^(\d{1,15}):([0-9a-f]{64})$/u.exec(given);
  if (parts === null)
    throw new Fault("invalid", "cli.arguments.head", "--head is SIZE:ROOT, as the server's log tells it");
  return { size: Number(parts[1]), rootHash: parts[2] ?? "" };
}
