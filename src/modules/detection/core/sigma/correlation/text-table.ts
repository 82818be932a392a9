/** Counted values as small numbers: each distinct text is held once, for as long as an event refers to it. */
export interface TextTableState {
  readonly texts: readonly string[];
  readonly references: Int32Array;
  readonly free: Int32Array;
}

export class TextTable {
  private readonly ids = new Map<string, number>();
  private readonly texts: string[] = [];
  private readonly references: number[] = [];
  private readonly free: number[] = [];
  /** UTF-16 units held. */
  units = 0;

  acquire(text: string): number {
    const known = this.ids.get(text);
    if (known !== undefined) {
      this.references[known] = (this.references[known] as number) + 1;
      return known;
    }
    const id = this.free.pop() ?? this.texts.length;
    this.texts[id] = text;
    this.references[id] = 1;
    this.ids.set(text, id);
    this.units += text.length;
    return id;
  }

  release(id: number): void {
    const left = (this.references[id] as number) - 1;
    this.references[id] = left;
    if (left > 0) return;
    const text = this.texts[id] as string;
    this.ids.delete(text);
    this.texts[id] = "";
    this.units -= text.length;
    this.free.push(id);
  }

  snapshot(): TextTableState {
    return {
      texts: [...this.texts],
      references: Int32Array.from(this.references),
      free: Int32Array.from(this.free),
    };
  }

  restore(state: TextTableState): void {
    for (const [id, text] of state.texts.entries()) {
      this.texts.push(text);
      this.references.push(state.references[id] as number);
      if ((state.references[id] as number) > 0) {
        this.ids.set(text, id);
        this.units += text.length;
      }
    }
    this.free.push(...state.free);
  }
}
