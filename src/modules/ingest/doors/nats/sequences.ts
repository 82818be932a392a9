/**
 * Which messages of a stream are durable here, as runs of sequence numbers, so that a message delivered again long
 * after is not taken again: the event store knows only the ids of late.
 *
 * Messages that the subject filter leaves out make gaps. A gap between two messages that were delivered for the first
 * time one right after the other holds nothing for us, so it is part of the run; any other gap may hold a message that
 * was delivered and never became durable.
 */
export interface Delivered {
  /** Place in the stream. */
  readonly sequence: number;
  /** Place among everything the consumer was given, deliveries again included. */
  readonly delivery: number;
  /** Delivered before. */
  readonly again: boolean;
}

export type Run = readonly [from: number, to: number];

export class SequenceRuns {
  /** In order, apart from one another. */
  #runs: [number, number][];
  readonly #most: number;
  #last: { sequence: number; delivery: number } | undefined;

  /** Beyond `most` runs the lowest are forgotten: those were delivered longest ago. */
  constructor(runs: readonly Run[], most: number) {
    this.#runs = runs.map(([from, to]) => [from, to]);
    this.#most = most;
  }

  list(): readonly Run[] {
    return this.#runs;
  }

  has(sequence: number): boolean {
    const run = this.#runs[this.#after(sequence) - 1];
    return run !== undefined && sequence <= run[1];
  }

  add({ sequence, delivery, again }: Delivered): void {
    const last = this.#last;
    const follows =
      !again &&
      last !== undefined &&
      delivery === last.delivery + 1 &&
      sequence > last.sequence &&
      this.has(last.sequence);
    this.#insert(follows ? last.sequence : sequence, sequence);
    this.#last = again ? undefined : { sequence, delivery };
    if (this.#runs.length > this.#most) this.#runs.splice(0, this.#runs.length - this.#most);
  }

  #insert(from: number, to: number): void {
    const first = this.#runs.findIndex((run) => run[1] >= from - 1);
    if (first < 0) {
      this.#runs.push([from, to]);
      return;
    }
    let end = first;
    while ((this.#runs[end]?.[0] ?? Number.POSITIVE_INFINITY) <= to + 1) end++;
    const touched = this.#runs.slice(first, end);
    const low = Math.min(from, touched[0]?.[0] ?? from);
    const high = Math.max(to, touched.at(-1)?.[1] ?? to);
    this.#runs.splice(first, end - first, [low, high]);
  }

  /** Index of the first run that begins beyond `sequence`. */
  #after(sequence: number): number {
    let [low, high] = [0, this.#runs.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#runs[middle]?.[0] ?? 0) > sequence) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
