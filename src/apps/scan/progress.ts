/** Progress on standard error: one line that rewrites itself on a terminal, a line every few seconds elsewhere. */
export class Progress {
  readonly #shown: boolean;
  readonly #terminal = process.stderr.isTTY === true;
  #total = { files: 0, bytes: 0 };
  #bytes = 0;
  #events = 0;
  #startedAt = 0;
  #drawnAt = 0;
  #lineOpen = false;

  constructor(shown: boolean) {
    this.#shown = shown;
  }

  say(message: string): void {
    if (!this.#shown) return;
    this.#clearLine();
    process.stderr.write(`${printable(message)}\n`);
  }

  begin(total: { files: number; bytes: number }): void {
    this.#total = total;
    this.#startedAt = performance.now();
  }

  advance(bytes: number, events: number): void {
    this.#bytes += bytes;
    this.#events += events;
    const now = performance.now();
    if (!this.#shown || now - this.#drawnAt < (this.#terminal ? 100 : 5_000)) return;
    this.#drawnAt = now;
    this.#draw(now);
  }

  end(): void {
    if (!this.#shown) return;
    this.#clearLine();
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const rate = Math.round(this.#events / Math.max(seconds, 0.001));
    process.stderr.write(
      `${this.#events} events of ${this.#total.files} files in ${seconds.toFixed(1)} s (${rate} events/s)\n`,
    );
  }

  #draw(now: number): void {
    const share = this.#total.bytes === 0 ? 1 : Math.min(1, this.#bytes / this.#total.bytes);
    const seconds = (now - this.#startedAt) / 1000;
    const rate = Math.round(this.#events / Math.max(seconds, 0.001));
    const left = share > 0.01 ? `${Math.ceil((seconds / share) * (1 - share))} s left` : "";
    const filled = Math.round(share * 24);
    const bar = `[${"█".repeat(filled)}${"·".repeat(24 - filled)}]`;
    const line = `${bar} ${Math.floor(share * 100)} %  ${this.#events} events  ${rate}/s  ${left}`;
    process.stderr.write(this.#terminal ? `\r\x1b[2K${line}` : `${line}\n`);
    this.#lineOpen = this.#terminal;
  }

  #clearLine(): void {
    if (this.#lineOpen) process.stderr.write("\r\x1b[2K");
    this.#lineOpen = false;
  }
}

const LONGEST_LINE = 2_000;

/** File names and details come from outside: control characters must not reach the terminal. */
export function printable(text: string): string {
  const clipped = text.length <= LONGEST_LINE ? text : `${text.slice(0, LONGEST_LINE)}…`;
  return clipped.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "�");
}
