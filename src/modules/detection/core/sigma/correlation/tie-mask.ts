import { grown } from "./column.ts";

/** Which rules were seen at the newest time of a group: events of one time count as being in order. */
export class TieMask {
  private time = new Float64Array(0);
  private mask = new Uint32Array(0);

  resize(length: number): void {
    this.time = grown(this.time, length, 0);
    this.mask = grown(this.mask, length, 0);
  }

  clear(slot: number): void {
    this.mask[slot] = 0;
  }

  add(slot: number, time: number, rule: number): number {
    const mask = (this.time[slot] === time ? (this.mask[slot] as number) : 0) | (1 << rule);
    this.time[slot] = time;
    this.mask[slot] = mask;
    return mask;
  }
}
