/** Numbers in order, in blocks: adding and removing costs a search and the shift of one block, whatever the size. */
const BLOCK = 512;

export class SortedValues {
  private readonly blocks: number[][] = [];
  size = 0;

  add(value: number): void {
    this.size++;
    const at = this.blockOf(value);
    const block = this.blocks[at];
    if (block === undefined) {
      this.blocks.push([value]);
      return;
    }
    block.splice(lowerBound(block, value), 0, value);
    if (block.length > BLOCK * 2) this.blocks.splice(at + 1, 0, block.splice(BLOCK));
  }

  remove(value: number): void {
    const at = this.blockOf(value);
    const block = this.blocks[at];
    const place = block === undefined ? -1 : lowerBound(block, value);
    if (block === undefined || block[place] !== value) return;
    block.splice(place, 1);
    this.size--;
    if (block.length === 0) this.blocks.splice(at, 1);
  }

  /** By position from zero. */
  at(position: number): number {
    let left = position;
    for (const block of this.blocks) {
      if (left < block.length) return block[left] as number;
      left -= block.length;
    }
    return Number.NaN;
  }

  /** The first block whose last value is not smaller; the last block for the largest. */
  private blockOf(value: number): number {
    let low = 0;
    let high = this.blocks.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      const block = this.blocks[middle] as number[];
      if ((block[block.length - 1] as number) < value) low = middle + 1;
      else high = middle;
    }
    return Math.max(low, 0);
  }
}

function lowerBound(block: readonly number[], value: number): number {
  let low = 0;
  let high = block.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((block[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
