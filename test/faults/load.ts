/** Numbered lines from several senders at once, and what the server has acknowledged of them. */
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { ApiClient } from "../flows/api-client.ts";

export const SENSOR = "kill";
/** Part of the user name in every line. */
export const USER = "khienload";

const HTTP_SENDERS = 4;
const HOSTS = 40;

export interface LoadOptions {
  readonly round: number;
  readonly tcpPort: number;
  readonly token: string;
}

/** `sender.number` of a line of the load. */
export function lineNumber(raw: string): string {
  return /khienload-\d+-([a-z0-9]+-\d+)/u.exec(raw)?.[1] ?? "?";
}

export class Load {
  readonly #options: LoadOptions;
  readonly #unanswered = new Map<number, string[]>();
  readonly acknowledged = new Set<string>();
  /** Notes of changes that were answered with 200. */
  readonly changes = new Set<string>();
  #running = true;
  #workers: Promise<void>[] = [];
  #batches = 0;
  tcpSent = 0;

  constructor(options: LoadOptions) {
    this.#options = options;
  }

  run(url: URL, admin: ApiClient): void {
    this.#workers = [
      ...Array.from({ length: HTTP_SENDERS }, (_, n) => this.#sendByHttp(url, `http${n}`)),
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
    for (const [number, lines] of this.#unanswered) {
      while (!(await this.#post(url, number, lines))) await pause(100);
    }
  }

  #line(sender: string, number: number): string {
    const host = `host-${String(number % HOSTS).padStart(2, "0")}`;
    return `<38>1 2026-11-21T08:00:00Z ${host} sshd 4242 - - Failed password for ${USER}-${this.#options.round}-${sender}-${number} from 192.0.2.7 port 50222 ssh2`;
  }

  async #sendByHttp(url: URL, sender: string): Promise<void> {
    let next = 0;
    while (this.#running) {
      const size = 1 + Math.floor(Math.random() * 200);
      const lines = Array.from({ length: size }, () => this.#line(sender, next++));
      const number = this.#batches++;
      this.#unanswered.set(number, lines);
      const sent = await this.#post(url, number, lines).catch(() => undefined);
      if (sent === undefined) return;
      await pause(10);
    }
  }

  /** True when the server has acknowledged the batch whole. Every other batch goes compressed. */
  async #post(url: URL, number: number, lines: readonly string[]): Promise<boolean> {
    const body = Buffer.from(lines.join("\n"));
    const packed = number % 2 === 0;
    const answer = await fetch(new URL("/api/v1/events", url), {
      method: "POST",
      headers: {
        authorization: `Bearer ${this.#options.token}`,
        "content-type": "text/plain",
        ...(packed ? { "content-encoding": "gzip" } : {}),
      },
      body: packed ? gzipSync(body) : body,
    });
    const receipt = (await answer.json()) as { accepted: number };
    if (answer.status !== 200) return false;
    if (receipt.accepted !== lines.length) throw new Error(`${receipt.accepted} of ${lines.length} lines accepted`);
    for (const line of lines) this.acknowledged.add(lineNumber(line));
    this.#unanswered.delete(number);
    return true;
  }

  async #sendByTcp(): Promise<void> {
    const socket = connect(this.#options.tcpPort, "127.0.0.1");
    socket.on("error", () => undefined);
    await once(socket, "connect").catch(() => undefined);
    for (let number = 0; this.#running && !socket.destroyed; number += 1) {
      socket.write(`${this.#line("tcp", number)}\n`);
      this.tcpSent += 1;
      await pause(2);
    }
    socket.destroy();
  }

  async #change(admin: ApiClient): Promise<void> {
    for (let number = 0; this.#running; number += 1) {
      const note = `note ${this.#options.round}.${number}`;
      const body = JSON.stringify({ note });
      const answer = await admin
        .ask("PATCH", `/api/v1/sensors/${SENSOR}`, { body, headers: { "content-type": "application/json" } })
        .catch(() => undefined);
      if (answer === undefined) return;
      if (answer.status === 200) this.changes.add(note);
      await pause(60);
    }
  }
}
