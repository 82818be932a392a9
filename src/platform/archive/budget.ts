/** Counts what an archive really unpacks to; sizes stated in headers are never believed. */
import { Fault } from "../../kernel/index.ts";
import { MAX_ENTRIES, MAX_ENTRY_BYTES, MAX_RATIO, MAX_TOTAL_BYTES, RATIO_FLOOR_BYTES } from "./limits.ts";
import type { ArchiveLimits } from "./names.ts";

/** What a reading library throws at a damaged member, as a Fault. */
export function memberFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return new Fault("invalid", "archive.member.unreadable", `the member cannot be read: ${detail}`);
}

export class Budget {
  private readonly limits: ArchiveLimits;
  /** Bytes of the archive on disk. */
  private readonly packedBytes: number;
  private entries = 0;
  private total = 0;
  private entry = 0;
  private refusal: Fault | undefined;

  constructor(packedBytes: number, limits: Partial<ArchiveLimits> = {}) {
    this.packedBytes = packedBytes;
    this.limits = {
      maxEntries: MAX_ENTRIES,
      maxEntryBytes: MAX_ENTRY_BYTES,
      maxTotalBytes: MAX_TOTAL_BYTES,
      ...limits,
    };
  }

  nextEntry(): void {
    this.entry = 0;
    if (++this.entries > this.limits.maxEntries) this.refuse("entries", this.limits.maxEntries);
  }

  take(bytes: number): void {
    this.entry += bytes;
    this.total += bytes;
    if (this.entry > this.limits.maxEntryBytes) this.refuse("entry-bytes", this.limits.maxEntryBytes);
    if (this.total > this.limits.maxTotalBytes) this.refuse("total-bytes", this.limits.maxTotalBytes);
    if (this.total > RATIO_FLOOR_BYTES && this.total > this.packedBytes * MAX_RATIO) this.refuse("ratio", MAX_RATIO);
  }

  async *metered(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of stream) {
        this.take(chunk.length);
        yield chunk;
      }
    } catch (error) {
      throw memberFault(error);
    }
  }

  /** The bound that was met, once one was. */
  get exceeded(): Fault | undefined {
    return this.refusal;
  }

  private refuse(what: string, limit: number): never {
    this.refusal = new Fault("too_large", "archive.limit.exceeded", `the archive exceeds its ${what} limit`, {
      what,
      limit,
    });
    throw this.refusal;
  }
}
