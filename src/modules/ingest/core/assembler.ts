/**
 * Lines of plain text to records: what several lines make together. Audit lines of one event are joined, a Zeek TSV
 * header is read into the format of the lines below it, everything else is a record of its own.
 * One assembler per stream (file, connection, request): its state is that stream's.
 */
import { AuditJoiner } from "./audit-joiner.ts";
import { ZeekHeader } from "./formats/zeek-tsv.ts";

export interface Assembled<Tag> {
  readonly raw: string;
  /** Tag of the record's first line. */
  readonly tag: Tag;
  readonly format?: string;
  /** How many lines of the source the record took. */
  readonly lines: number;
}

const HASH = 35;

export class LineAssembler<Tag> {
  readonly #audit = new AuditJoiner<Tag>();
  readonly #zeek = new ZeekHeader();

  /** Takes one line; answers the records it finishes. Header lines give none. */
  push(line: string, tag: Tag): Assembled<Tag>[] {
    const first = line.charCodeAt(0);
    if (first === HASH && this.#zeek.push(line)) return [];
    const format = this.#zeek.format;
    if (format !== undefined) return [{ raw: line, tag, format, lines: 1 }];
    return this.#audit.push(line, tag) ?? [{ raw: line, tag, lines: 1 }];
  }

  /** What still waits for more lines. */
  flush(): Assembled<Tag>[] {
    return this.#audit.flush();
  }

  get pending(): number {
    return this.#audit.pending;
  }
}
