import { existsSync, readFileSync, truncateSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { canonical } from "./core/canonical.ts";
import { auditPaths, type SignedHead } from "./head.ts";

export interface HeadLine {
  /** 1-based. */
  readonly line: number;
  /** Undefined when the line is not a head. */
  readonly head: SignedHead | undefined;
}

/**
 * `<dataDir>/audit/heads.ndjson`: the tree heads this installation has promised. It lies apart from the database, so
 * cutting the log's end off there, or putting an old copy back, shows. Several processes may append to it (the server
 * and a command), hence every line stands for itself.
 */
export class HeadsFile {
  readonly #file: FileHandle;
  #lastSize: number | undefined;
  /** A line the disk had no room for. */
  #refused: Buffer | undefined;

  private constructor(file: FileHandle, lastSize: number | undefined) {
    this.#file = file;
    this.#lastSize = lastSize;
  }

  static async open(dataDir: string): Promise<HeadsFile> {
    const { heads } = auditPaths(dataDir);
    if (existsSync(heads)) truncateSync(heads, readFileSync(heads).lastIndexOf(LINE_FEED) + 1);
    const lastSize = readHeadLines(dataDir)?.at(-1)?.head?.size;
    return new HeadsFile(await open(heads, "a+", 0o600), lastSize);
  }

  /** Undefined when the file holds none. */
  get lastSize(): number | undefined {
    return this.#lastSize;
  }

  /** On disk when it resolves. */
  async append(head: SignedHead): Promise<void> {
    const line = Buffer.from(`${lineOf(head)}\n`);
    await this.#takeBack();
    try {
      await this.#file.appendFile(line);
    } catch (error) {
      this.#refused = line;
      await this.#takeBack().catch(() => undefined);
      throw error;
    }
    await this.#file.datasync();
    this.#lastSize = head.size;
  }

  /** What fitted of a refused line, else the next one would go on in it. Only that: others write here too. */
  async #takeBack(): Promise<void> {
    const line = this.#refused;
    if (line === undefined) return;
    const { size } = await this.#file.stat();
    const tail = Buffer.alloc(Math.min(size, line.length));
    await this.#file.read(tail, 0, tail.length, size - tail.length);
    const begun = tail.subarray(tail.lastIndexOf(LINE_FEED) + 1);
    if (line.indexOf(begun) === 0) await this.#file.truncate(size - begun.length);
    this.#refused = undefined;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

const LINE_FEED = 0x0a;

/** Undefined when there is no such file. A last line without line feed is a write cut short by a crash: left out. */
export function readHeadLines(dataDir: string): HeadLine[] | undefined {
  const { heads } = auditPaths(dataDir);
  if (!existsSync(heads)) return undefined;
  const texts = readFileSync(heads, "utf8").split("\n").slice(0, -1);
  return texts.map((text, index) => ({ line: index + 1, head: parseHead(text) }));
}

function lineOf({ size, root, at, signature }: SignedHead): string {
  return canonical({ size, root, at, signature });
}

function parseHead(text: string): SignedHead | undefined {
  try {
    const { size, root, at, signature } = JSON.parse(text) as Record<string, unknown>;
    if (typeof size !== "number" || typeof root !== "string" || typeof at !== "string") return undefined;
    if (!Number.isSafeInteger(size) || typeof signature !== "string") return undefined;
    const head = { size, root, at, signature };
    // Anything but the one text of this head is a change, even white space.
    return lineOf(head) === text ? head : undefined;
  } catch {
    return undefined;
  }
}
