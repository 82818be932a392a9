import { grown } from "./column.ts";
import type { EntryTable } from "./entry-table.ts";
import type { Measure } from "./measure.ts";
import type { Alternative } from "./plan-condition.ts";
import { PresenceMeasure } from "./presence-measure.ts";
import { TieMask } from "./tie-mask.ts";

/**
 * Rules that must be seen in their order: for each link of a chain the latest time at which a chain up to it can have
 * begun. The chain lies in the window when the last link's beginning does.
 */
export class ChainMeasure implements Measure {
  private readonly entries: EntryTable;
  private readonly alternatives: readonly Alternative[];
  private readonly offsets: readonly number[];
  private readonly stride: number;
  private readonly presence: PresenceMeasure;
  private readonly ties = new TieMask();
  private starts = new Float64Array(0);

  constructor(entries: EntryTable, rules: number, alternatives: readonly Alternative[]) {
    this.entries = entries;
    this.alternatives = alternatives;
    let stride = 0;
    this.offsets = alternatives.map(({ seen }) => {
      const offset = stride;
      stride += seen.length;
      return offset;
    });
    this.stride = stride;
    this.presence = new PresenceMeasure(entries, rules, { kind: "threshold", fields: [], bounds: [], line: 0 });
  }

  resize(length: number): void {
    this.starts = grown(this.starts, length * this.stride, Number.NEGATIVE_INFINITY);
    this.ties.resize(length);
    this.presence.resize(length);
  }

  open(slot: number): void {
    this.clear(slot);
  }

  add(slot: number, entry: number): void {
    this.presence.add(slot, entry);
    const rule = this.entries.rule[entry] as number;
    const time = this.entries.time[entry] as number;
    const together = this.ties.add(slot, time, rule);
    for (const [index, { seen }] of this.alternatives.entries()) {
      const link = seen.indexOf(rule);
      if (link !== -1)
        this.extend(slot * this.stride + (this.offsets[index] as number), { seen, link, time, together });
    }
  }

  private extend(
    at: number,
    { seen, link, time, together }: { seen: readonly number[]; link: number; time: number; together: number },
  ): void {
    const { starts } = this;
    starts[at + link] = link === 0 ? time : Math.max(starts[at + link] as number, starts[at + link - 1] as number);
    for (let next = link + 1; next < seen.length && (together & (1 << (seen[next] as number))) !== 0; next++) {
      starts[at + next] = Math.max(starts[at + next] as number, starts[at + next - 1] as number);
    }
  }

  /** Chains that began with it stay remembered: their beginning is before the window, which `holds` sees. */
  remove(slot: number, entry: number): void {
    this.presence.remove(slot, entry);
  }

  clear(slot: number): void {
    this.starts.fill(Number.NEGATIVE_INFINITY, slot * this.stride, (slot + 1) * this.stride);
    this.ties.clear(slot);
    this.presence.clear(slot);
  }

  value(slot: number): number {
    return this.presence.value(slot);
  }

  holds(slot: number, from: number): boolean {
    return this.alternatives.some(({ seen, absent }, index) => {
      const last = slot * this.stride + (this.offsets[index] as number) + seen.length - 1;
      const inOrder = seen.length === 0 || ((this.starts[last] as number) >= from && this.starts[last] !== -Infinity);
      return inOrder && !absent.some((rule) => this.presence.has(slot, rule));
    });
  }
}
