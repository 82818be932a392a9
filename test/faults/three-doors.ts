/** Numbered lines by three doors at once, and what the server has acknowledged of them. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { ApiClient } from "../flows/api-client.ts";

export const SENSOR = "kill";
/** Part of every line. */
export const MARK = "khienload";
/** In every fourth line: a rule fires on it, where it is a line of sshd's and no document. */
export const ALARM = "khienalarm";
/** In every two hundredth: a scheduled hunt finds it. */
export const HUNTED = "khienhunt";

const BATCH_SENDERS = 2;
const MOST_LINES = 100;
const HOSTS = 40;
const FIRST_MINUTE = Date.UTC(2026, 10, 21, 8);

export type LineId = `${number}-${string}-${number}`;

/** `round-sender.number` of a line of the load. */
export function lineId(raw: string): LineId | undefined {
  return new RegExp(`${MARK}-(\\d+-[a-z]+\\d*-\\d+)`, "u").exec(raw)?.[1] as LineId | undefined;
}

export const hasAlarm = (id: LineId): boolean => numberOf(id) % 4 === 0 && !id.includes("-bulk");
export const isHunted = (id: LineId): boolean => numberOf(id) % 200 === 0;
const numberOf = (id: LineId): number => Number(id.slice(id.lastIndexOf("-") + 1));

/** A round's lines all bear its minute. */
export function minuteOf(round: number): number {
  return FIRST_MINUTE + round * 60_000;
}

/** What the store must give back for this line, byte for byte: a function of its id, so that nothing is remembered. */
export function rawOf(id: LineId): string {
  const [round = "", sender = ""] = id.split("-");
  const number = numberOf(id);
  const at = new Date(minuteOf(Number(round))).toISOString();
  const host = `host-${String(number % HOSTS).padStart(2, "0")}`;
  const marks = `${hasAlarm(id) ? ` ${ALARM}` : ""}${isHunted(id) ? ` ${HUNTED}` : ""}`;
  const text = `<38>1 ${at} ${host} sshd 4242 - - Failed password for ${MARK}-${id} from 192.0.2.7 port 50222 ssh2${marks}${noise(number)}`;
  return sender.startsWith("bulk") ? JSON.stringify({ "@timestamp": at, host: { name: host }, message: text }) : text;
}

/** Most lines are plain; some are what escapes, lengths and encodings break on. */
function noise(number: number): string {
  if (number % 977 === 976) return ` ${"dài ".repeat(16_000)}|`;
  switch (number % 11) {
    case 1:
      return ' đăng nhập thất bại "C:\\Temp\\a b"\t{}';
    case 2:
      return ` ${"x".repeat(2_500)}|`;
    case 3:
      return " 🛡 e\u0301 \u0007 '";
    default:
      return "";
  }
}

export interface DoorsOptions {
  readonly round: number;
  readonly tcpPort: number;
  readonly token: string;
  readonly random: () => number;
}

interface Batch {
  readonly door: "http" | "bulk";
  readonly number: number;
  readonly ids: readonly LineId[];
}

export class ThreeDoors {
  readonly #options: DoorsOptions;
  readonly #unanswered = new Set<Batch>();
  readonly acknowledged = new Set<LineId>();
  /** Notes of changes that were answered with 200. */
  readonly changes = new Set<string>();
  #running = true;
  #workers: Promise<void>[] = [];
  #batches = 0;
  tcpSent = 0;
  /** Answers other than an acknowledgement while the server lived: a full disk, a busy journal. */
  refused = 0;

  constructor(options: DoorsOptions) {
    this.#options = options;
  }

  run(url: URL, admin: ApiClient): void {
    this.#workers = [
      ...Array.from({ length: BATCH_SENDERS }, (_, n) => this.#sendBatches(url, "http", n)),
      ...Array.from({ length: BATCH_SENDERS }, (_, n) => this.#sendBatches(url, "bulk", n)),
      this.#sendByTcp(),
      this.#change(admin),
    ];
  }

  /** After the kill: whoever still sends gives up. */
  async stop(): Promise<void> {
    this.#running = false;
    await Promise.allSettled(this.#workers);
  }

  /** As a shipper does: every batch without an answer once more, the same bytes. */
  async resend(url: URL): Promise<void> {
    for (const batch of this.#unanswered) while (!(await this.#post(url, batch))) await pause(100);
  }

  async #sendBatches(url: URL, door: Batch["door"], sender: number): Promise<void> {
    const { round, random } = this.#options;
    let next = 0;
    while (this.#running) {
      const size = 1 + Math.floor(random() * MOST_LINES);
      const ids = Array.from({ length: size }, (): LineId => `${round}-${door}${sender}-${next++}`);
      const batch = { door, number: this.#batches++, ids };
      this.#unanswered.add(batch);
      const taken = await this.#post(url, batch).catch(() => undefined);
      // Nobody answers any more.
      if (taken === undefined) return;
      if (!taken) this.refused += 1;
      await pause(taken ? 15 : 100);
    }
  }

  /** True when the server has acknowledged the batch whole. Every other batch goes compressed. */
  async #post(url: URL, batch: Batch): Promise<boolean> {
    const { token } = this.#options;
    const isBulk = batch.door === "bulk";
    const lines = batch.ids.map(rawOf);
    const body = Buffer.from(isBulk ? lines.map((line) => `{"create":{}}\n${line}\n`).join("") : lines.join("\n"));
    const isPacked = batch.number % 2 === 0;
    const answer = await fetch(new URL(isBulk ? "/elastic/_bulk" : "/api/v1/events", url), {
      method: "POST",
      headers: {
        authorization: isBulk ? `Basic ${Buffer.from(`elastic:${token}`).toString("base64")}` : `Bearer ${token}`,
        "content-type": isBulk ? "application/x-ndjson" : "text/plain",
        ...(isPacked ? { "content-encoding": "gzip" } : {}),
      },
      body: isPacked ? gzipSync(body) : body,
    });
    const receipt = (await answer.json()) as { accepted?: number; errors?: boolean; items?: readonly unknown[] };
    if (answer.status !== 200) return false;
    const accepted = isBulk ? (receipt.errors === false ? receipt.items?.length : 0) : receipt.accepted;
    if (accepted !== lines.length) throw new Error(`${accepted} of ${lines.length} lines accepted by ${batch.door}`);
    for (const id of batch.ids) this.acknowledged.add(id);
    this.#unanswered.delete(batch);
    return true;
  }

  /** Nobody acknowledges these; both framings in turn. */
  async #sendByTcp(): Promise<void> {
    const socket = connect(this.#options.tcpPort, "127.0.0.1");
    socket.on("error", () => undefined);
    await once(socket, "connect").catch(() => undefined);
    for (let number = 0; this.#running && !socket.destroyed; number += 1) {
      const text = rawOf(`${this.#options.round}-tcp0-${number}`);
      const written = socket.write(number % 2 === 0 ? `${text}\n` : `${Buffer.byteLength(text)} ${text}`);
      this.tcpSent += 1;
      if (!written) await drained(socket);
      await pause(2);
    }
    socket.destroy();
  }

  async #change(admin: ApiClient): Promise<void> {
    for (let number = 0; this.#running; number += 1) {
      const note = `note ${this.#options.round}.${number}`;
      const sent = { body: JSON.stringify({ note }), headers: { "content-type": "application/json" } };
      const answer = await admin.ask("PATCH", `/api/v1/sensors/${SENSOR}`, sent).catch(() => undefined);
      if (answer === undefined) return;
      if (answer.status === 200) this.changes.add(note);
      await pause(60);
    }
  }
}

async function drained(socket: Socket): Promise<void> {
  await Promise.race([once(socket, "drain"), once(socket, "close"), pause(5_000)]).catch(() => undefined);
}
