/** How far a door that fetches for itself has come, in one small file that is whole at every moment. */
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { Fault } from "../../../kernel/index.ts";
import type { z } from "../../../platform/schema/index.ts";

export class PositionFile<Shape extends z.ZodType> {
  readonly #path: string;
  readonly #content: () => z.infer<Shape>;
  #changed = false;
  #saving: Promise<void> = Promise.resolve();

  /** `content` is asked when it is written. */
  constructor(path: string, content: () => z.infer<Shape>) {
    this.#path = path;
    this.#content = content;
  }

  /** What `save` has to write. */
  touch(): void {
    this.#changed = true;
  }

  /** Resolves when everything touched so far is on disk. A failure is this caller's; the next one tries again. */
  save(): Promise<void> {
    this.#saving = this.#saving.catch(() => undefined).then(() => this.#write());
    return this.#saving;
  }

  async #write(): Promise<void> {
    if (!this.#changed) return;
    this.#changed = false;
    const folder = dirname(this.#path);
    const next = `${this.#path}.next`;
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = await open(next, "w", 0o600);
      try {
        await file.writeFile(JSON.stringify(this.#content()));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(next, this.#path);
      const names = await open(folder, "r");
      await names.sync().finally(() => names.close());
    } catch (error) {
      this.#changed = true;
      throw error;
    }
  }
}

/** Undefined when there is none yet. Throws Fault `code` when it is damaged: going on without it is for people to decide. */
export async function readPositionFile<Shape extends z.ZodType>(
  path: string,
  shape: Shape,
  { code, message }: { readonly code: string; readonly message: string },
): Promise<z.infer<Shape> | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  const content = shape.safeParse(parsed(text));
  if (!content.success) throw new Fault("invalid", code, message, { file: path });
  return content.data;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
