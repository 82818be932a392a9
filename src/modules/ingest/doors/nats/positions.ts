/**
 * Which messages are durable, in one file. Written after the journal has them and at most once a second: what a crash
 * leaves out comes again at once under the same ids, which the event store still knows.
 */
import { z } from "../../../../platform/schema/index.ts";
import { MAX_NATS_RUNS } from "../../limits.ts";
import { PositionFile, readPositionFile } from "../position-file.ts";
import { type Delivered, SequenceRuns } from "./sequences.ts";

const Place = z.int().min(0);
const Content = z.object({
  version: z.literal(1),
  /** Name and time of creation: a stream made anew under the same name counts from the start. */
  stream: z.string(),
  runs: z.array(z.tuple([Place, Place])).max(MAX_NATS_RUNS),
});

export class NatsPositions {
  readonly #file: PositionFile<typeof Content>;
  #stream = "";
  #runs = new SequenceRuns([], MAX_NATS_RUNS);

  private constructor(path: string) {
    this.#file = new PositionFile(path, () => ({
      version: 1 as const,
      stream: this.#stream,
      runs: this.#runs.list().map(([from, to]): [number, number] => [from, to]),
    }));
  }

  /** Throws Fault when the file is damaged. */
  static async open(path: string): Promise<NatsPositions> {
    const positions = new NatsPositions(path);
    const content = await readPositionFile(path, Content, {
      code: "ingest.nats.positions",
      message: `${path} is damaged: remove it to go on`,
    });
    if (content === undefined) return positions;
    positions.#stream = content.stream;
    positions.#runs = new SequenceRuns(content.runs, MAX_NATS_RUNS);
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
    this.#file.touch();
  }

  /** Resolves when everything added so far is on disk. */
  save(): Promise<void> {
    return this.#file.save();
  }
}
