/**
 * Syslog messages out of a TCP stream (RFC 6587): octet counting (`123 <13>…`) and line feed, told apart message by
 * message, since real senders mix them. Bounded: a message over the limit is skipped and counted.
 */
const LF = 10;
const BLANK = 32;
const LESS_THAN = 60;
const ZERO = 48;
/** Digits of a count that is still believed. */
const MAX_COUNT_DIGITS = 7;

export class SyslogFraming {
  readonly #maxBytes: number;
  /** Grows by doubling, so that a message sent byte by byte is not copied for every byte. */
  #store: Buffer = Buffer.alloc(4_096);
  /** The bytes in use: a view of the store. */
  #held: Buffer = this.#store.subarray(0, 0);
  /** Up to here there is no line feed. */
  #scanned = 0;
  /** Bytes of an overlong counted message still to be thrown away; -1: until the next line feed. */
  #skip = 0;
  tooLong = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  push(chunk: Buffer): Buffer[] {
    this.#append(chunk);
    const messages: Buffer[] = [];
    let at = 0;
    while (at < this.#held.length) {
      const next = this.#next(at, messages);
      if (next === at) break;
      at = next;
    }
    this.#scanned = Math.max(0, this.#scanned - at);
    this.#held.copyWithin(0, at);
    this.#held = this.#store.subarray(0, this.#held.length - at);
    return messages;
  }

  /** The unterminated rest when the sender closes. */
  end(): Buffer[] {
    const messages: Buffer[] = [];
    if (this.#skip === 0) add(messages, this.#held);
    this.#held = this.#store.subarray(0, 0);
    this.#scanned = 0;
    return messages;
  }

  #append(chunk: Buffer): void {
    const used = this.#held.length;
    const size = used + chunk.length;
    if (size > this.#store.length) {
      const larger = Buffer.alloc(Math.max(size, this.#store.length * 2));
      this.#held.copy(larger);
      this.#store = larger;
    }
    chunk.copy(this.#store, used);
    this.#held = this.#store.subarray(0, size);
  }

  /** Deals with what starts at `at`; answers where to go on, or `at` when more bytes are needed. */
  #next(at: number, messages: Buffer[]): number {
    if (this.#skip !== 0) return this.#skipOn(at);
    const count = this.#countAt(at);
    if (count === undefined) return at;
    if (count.length > 0) {
      const start = at + count.digits + 1;
      if (count.length > this.#maxBytes) {
        this.tooLong++;
        this.#skip = count.length;
        return start;
      }
      if (this.#held.length < start + count.length) return at;
      add(messages, this.#held.subarray(start, start + count.length));
      return start + count.length;
    }
    const end = this.#held.indexOf(LF, Math.max(at, this.#scanned));
    if (end < 0) {
      this.#scanned = this.#held.length;
      if (this.#held.length - at <= this.#maxBytes) return at;
      this.tooLong++;
      this.#skip = -1;
      return this.#held.length;
    }
    if (end - at > this.#maxBytes) this.tooLong++;
    else add(messages, this.#held.subarray(at, end));
    return end + 1;
  }

  #skipOn(at: number): number {
    if (this.#skip > 0) {
      const skipped = Math.min(this.#skip, this.#held.length - at);
      this.#skip -= skipped;
      return at + skipped;
    }
    const end = this.#held.indexOf(LF, at);
    if (end < 0) return this.#held.length;
    this.#skip = 0;
    return end + 1;
  }

  /** `MSG-LEN SP <`: the count; length 0 when the message ends with a line feed; undefined when it cannot be told yet. */
  #countAt(at: number): { length: number; digits: number } | undefined {
    let length = 0;
    for (let digits = 0; digits <= MAX_COUNT_DIGITS; digits++) {
      const byte = this.#held[at + digits];
      if (byte === undefined) return undefined;
      if (byte === BLANK && digits > 0) {
        const first = this.#held[at + digits + 1];
        if (first === undefined) return undefined;
        return { length: first === LESS_THAN ? length : 0, digits };
      }
      const digit = byte - ZERO;
      if (!(digit >= 0 && digit <= 9) || (digits === 0 && digit === 0)) break;
      length = length * 10 + digit;
    }
    return { length: 0, digits: 0 };
  }
}

/** Senders end messages with LF, CR LF or NUL, also inside a count. */
function strip(message: Buffer): Buffer {
  let end = message.length;
  while (end > 0) {
    const byte = message[end - 1];
    if (byte !== 10 && byte !== 13 && byte !== 0) break;
    end--;
  }
  return message.subarray(0, end);
}

function add(messages: Buffer[], message: Buffer): void {
  const stripped = strip(message);
  if (stripped.length > 0) messages.push(Buffer.from(stripped));
}

export function messageText(message: Buffer): string {
  return strip(message).toString("utf8");
}
