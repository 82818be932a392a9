import { stat } from "node:fs/promises";
import { Fault } from "../../kernel/index.ts";
import { listFiles, type ReadRecord, readFileBatches } from "../../modules/ingest/index.ts";
import { openArchive } from "../../platform/archive/index.ts";
import { processEnvironment } from "../../platform/config/index.ts";
import { flag, readArguments, text } from "../arguments.ts";
import { deliver, type ServerAddress } from "../client.ts";
import { Progress } from "../scan/progress.ts";
import { SERVER_OPTIONS, serverUrlOf } from "../server-address.ts";
import { CONFIG_OPTIONS, configOf } from "./config.ts";

export const INGEST_HELP = `khien ingest PATH… --token-stdin [--url http://127.0.0.1:7443] [--sensor NAME]

Sends files or folders to a running server through its HTTP door: .ndjson .json .evtx .log .txt, also inside
.gz .zst .zip. Sending a file again creates no second events. The token (scope ingest) comes on standard input,
or from the file named by --token-file.
`;

/** Records of one request: small enough to be retried, large enough to share an fsync. */
const PARCEL_RECORDS = 2_000;
const PARCEL_CHARACTERS = 4_000_000;

interface Target {
  readonly server: ServerAddress;
  readonly sensor: string | undefined;
}

export async function ingestCommand(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, {
    ...CONFIG_OPTIONS,
    ...SERVER_OPTIONS,
    sensor: { type: "string" },
    "token-stdin": { type: "boolean" },
    quiet: { type: "boolean" },
    help: { type: "boolean", short: "h" },
  });
  if (flag(parsed, "help") || parsed.positionals.length === 0) {
    process.stdout.write(INGEST_HELP);
    return flag(parsed, "help") ? 0 : 1;
  }
  const token = await readToken({ stdin: flag(parsed, "token-stdin"), file: text(parsed, "token-file") });
  const target: Target = {
    server: { url: serverUrlOf(parsed, configOf(parsed)), token },
    sensor: text(parsed, "sensor"),
  };
  const progress = new Progress(!flag(parsed, "quiet"));
  const files: string[] = [];
  let bytes = 0;
  for (const path of parsed.positionals) {
    for await (const file of listFiles(path)) {
      files.push(file);
      bytes += (await stat(file)).size;
    }
  }
  progress.begin({ files: files.length, bytes });
  const total = { accepted: 0, rejected: 0, problems: 0 };
  for (const file of files) await sendFile(file, { target, progress, total });
  progress.end();
  process.stdout.write(
    `${total.accepted} records accepted, ${total.rejected} rejected, ${total.problems} problems reading, ${files.length} files\n`,
  );
  return total.rejected + total.problems === 0 ? 0 : 2;
}

interface Sending {
  readonly target: Target;
  readonly progress: Progress;
  readonly total: { accepted: number; rejected: number; problems: number };
}

async function sendFile(path: string, sending: Sending): Promise<void> {
  const { progress, total } = sending;
  let waiting: ReadRecord[] = [];
  let size = 0;
  const flush = async (): Promise<void> => {
    if (waiting.length > 0) await sendRecords(waiting, sending);
    waiting = [];
    size = 0;
  };
  const batches = readFileBatches(path, {
    openArchive,
    onBytes: (read) => progress.advance(read, 0),
    onProblem: ({ file, line, code, detail }) => {
      total.problems += 1;
      progress.say(`${file}:${line}: ${code} ${detail}`);
    },
  });
  for await (const batch of batches) {
    for (const record of batch) {
      const last = waiting.at(-1);
      // One parcel is one file, one format and consecutive lines: that is what makes the ids survive a re-import.
      const joins =
        last === undefined || (last.file === record.file && last.format === record.format && follows(last, record));
      if (!joins || waiting.length >= PARCEL_RECORDS || size >= PARCEL_CHARACTERS) await flush();
      waiting.push(record);
      size += record.raw.length;
    }
  }
  await flush();
}

function follows(last: ReadRecord, next: ReadRecord): boolean {
  return next.line === last.line + last.raw.split("\n").length;
}

async function sendRecords(records: readonly ReadRecord[], { target, progress, total }: Sending): Promise<void> {
  const first = records[0];
  if (first === undefined) return;
  const query: Record<string, string> = { source: first.file, firstLine: String(first.line) };
  if (target.sensor !== undefined) query.sensor = target.sensor;
  if (first.format !== undefined) query.format = first.format;
  const delivery = await deliver(target.server, {
    body: records.map(({ raw }) => `${raw}\n`).join(""),
    contentType: "text/plain",
    query,
  });
  total.accepted += delivery.accepted;
  total.rejected += delivery.rejectedTotal;
  for (const { line, code, detail } of delivery.rejected.slice(0, 20))
    progress.say(`${first.file}:${first.line + line - 1}: ${code} ${detail}`);
  progress.advance(0, delivery.accepted);
}

async function readToken(from: { stdin: boolean; file: string | undefined }): Promise<string> {
  const { readFile } = await import("node:fs/promises");
  const found =
    from.file !== undefined
      ? await readFile(from.file, "utf8")
      : from.stdin
        ? await readStdin()
        : processEnvironment().KHIEN_TOKEN;
  const token = found?.trim() ?? "";
  if (token === "")
    throw new Fault(
      "invalid",
      "cli.token.missing",
      "a token with scope ingest is needed: --token-stdin or --token-file FILE (khien token create --scope ingest)",
    );
  return token;
}

async function readStdin(): Promise<string> {
  let received = "";
  for await (const chunk of process.stdin) received += String(chunk);
  return received;
}
