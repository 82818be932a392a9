import { Fault } from "../../kernel/index.ts";
import { Repository } from "../../platform/backup/index.ts";
import { flag, readArguments, required, text } from "../arguments.ts";
import { SECRET_OPTIONS, secretOf } from "./backup.ts";
import { verifyCommand } from "./verify.ts";

export const RESTORE_HELP = `khien restore DIR|FILE.khienbackup --into DIR --key-file FILE | --passphrase-stdin
             [--snapshot NAME] [--no-verify] [--json]

Puts a backup into an empty folder and checks it there as khien verify does. Then start with --data-dir on that folder:
events not sealed at the time of the backup are made again from the journal.
  --snapshot NAME  an older one (khien backup DIR --list names them); without it the newest
Exit code: 0 restored and sound, 1 failed, 2 restored but not sound.
`;

export async function restoreCommand(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, {
    ...SECRET_OPTIONS,
    into: { type: "string" },
    snapshot: { type: "string" },
    "no-verify": { type: "boolean" },
    json: { type: "boolean" },
  });
  const [place] = parsed.positionals;
  if (place === undefined) throw new Fault("invalid", "cli.arguments.missing", `from where?\n${RESTORE_HELP}`);
  const into = required(parsed, "into");
  const repository = await Repository.forReading(place, await secretOf(parsed));
  const started = performance.now();
  try {
    const name = text(parsed, "snapshot") ?? (await repository.snapshots()).at(-1);
    if (name === undefined || !/^[0-9A-Za-z-]{1,64}$/u.test(name)) {
      throw new Fault("missing", "backup.snapshot.missing", `${place} holds no such snapshot`);
    }
    await repository.restore(await repository.snapshot(name), into);
    const { files, bytes } = repository.progress;
    const seconds = (performance.now() - started) / 1_000;
    const rate = Math.round(bytes / 1e6 / Math.max(0.001, seconds));
    if (!flag(parsed, "json")) {
      process.stdout.write(
        `snapshot ${name} restored: ${files} files, ${(bytes / 1e6).toFixed(1)} MB (${rate} MB/s)\n`,
      );
    }
  } finally {
    await repository.close();
  }
  if (flag(parsed, "no-verify")) return 0;
  return await verifyCommand(["--data-dir", into, ...(flag(parsed, "json") ? ["--json"] : [])]);
}
