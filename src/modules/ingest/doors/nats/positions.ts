/**
 * Which messages are durable, in one file. Written after the journal has them and at most once a second: what a crash
 * leaves out comes again at once under the same ids, which the event store still knows.
 */
import { mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { Fault } from "../../../../kernel/index.ts";
import { z } from "../../../../platform/schema/index.ts";
import { MAX_NATS_RUNS } from "../../limits.ts";
import { type Delivered, SequenceRuns } from "./sequences.ts";

const Place = z.int().min(0);
const Content = z.object({
  version: z.literal(1),
  /** Name and time of creation: a stream made anew under the same name counts from the start. */
  stream: z.string(),
  runs: z.array(z.tuple([Place, Place])).max(MAX_NATS_RUNS),
});

export class NatsPositions {
  readonly #file: string;
  #stream = "";
  #runs = new SequenceRuns([], MAX_NATS_RUNS);
  #changed = false;
  #saving: Promise<void> = Promise.resolve();

  private constructor(file: string) {
    this.#file = file;
  }

  /** Throws Fault when the file is damaged. */
  static async open(file: string): Promise<NatsPositions> {
    const positions = new NatsPositions(file);
    const text = await readFile(file, "utf8").catch((error: unknown) => {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      throw error;
    });
    if (text === undefined) return positions;
    const content = Content.safeParse(parsed(text));
    if (!content.success) {
      throw new Fault("invalid", "ingest.nats.positions", `${file} is damaged: remove it to go on`, { file });
    }
    positions.#stream = content.data.stream;
    positions.#runs = new SequenceRuns(content.data.runs, MAX_NATS_RUNS);
    return positions;
  }

  /** To be told before anything of it is taken: what is known of another stream is forgotten. */
  useStream(stream: string): void {
    if (stream !== this.#stream) this.#runs = new SequenceRuns([], MAX_NATS_RUNS);
    else this.#runs = new SequenceRuns(this.#runs.list(), MAX_NATS_RUNS);
    this.#stream = stream;
  }

  has(sequence: number): boolean {
    return this.#runs.has(sequence);
  }

  add(delivered: readonly Delivered[]): void {
    for (const one of delivered) this.#runs.add(one);
    this.#changed = true;
  }

  /** Resolves when everything added so far is on disk. */
  save(): Promise<void> {
    this.#saving = this.#saving.catch(() => undefined).then(() => this.#write());
    return this.#saving;
  }

  async #write(): Promise<void> {
    if (!this.#changed) return;
    this.#changed = false;
    const content: z.infer<typeof Content> = {
      version: 1,
      stream: this.#stream,
      runs: this.#runs.list().map(([from, to]) => [from, to]),
    };
    const next = `${this.#file}.next`;
    try {
      await mkdir(dirname(this.#file), { recursive: true, mode: 0o700 });
      const file = await open(next, "w", 0o600);
      try {
        await file.writeFile(JSON.stringify(content));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(next, this.#file);
    } catch (error) {
      this.#changed = true;
      throw error;
    }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
