/**
 * Field names of rules and of events. A rule's field is found by its exact name first; otherwise by the name without
 * blanks and without regard to case ("Source Name" is `SourceName`). The resolution of each event field name is
 * remembered, so it costs nothing per rule.
 */
import { MAX_REMEMBERED_FIELD_NAMES } from "../limits.ts";

export function looseName(name: string): string {
  return name.replaceAll(" ", "").toLowerCase();
}

/**
 * Every field the rules use, as small numbers. A field that goes under several names has a number of its own beside
 * those of its names.
 */
export class FieldTable {
  private readonly ids = new Map<string, number>();
  private readonly loose = new Map<string, number[]>();
  private readonly resolved = new Map<string, readonly number[]>();
  private readonly several = new Map<string, number>();
  readonly names: string[] = [];
  /** By number: the numbers of the names to try, best first; undefined for the field of one name. */
  readonly alternatives: (readonly number[] | undefined)[] = [];

  /** A field under any of these names: the first the event has counts. */
  idOfAny(names: readonly string[]): number {
    if (names.length === 1) return this.idOf(names[0] as string);
    const key = JSON.stringify(names);
    const known = this.several.get(key);
    if (known !== undefined) return known;
    const members = names.map((name) => this.idOf(name));
    const id = this.add(names.join(" | "));
    this.alternatives[id] = members;
    this.several.set(key, id);
    return id;
  }

  idOf(name: string): number {
    const known = this.ids.get(name);
    if (known !== undefined) return known;
    const id = this.add(name);
    this.ids.set(name, id);
    const loose = looseName(name);
    this.loose.set(loose, [...(this.loose.get(loose) ?? []), id]);
    this.resolved.clear();
    return id;
  }

  private add(name: string): number {
    this.alternatives.push(undefined);
    return this.names.push(name) - 1;
  }

  exactIdOf(name: string): number | undefined {
    return this.ids.get(name);
  }

  /** The rule fields an event field feeds: the exact one first (or -1), then those that only loosely agree. */
  resolve(name: string): readonly number[] {
    const known = this.resolved.get(name);
    if (known !== undefined) return known;
    const exact = this.ids.get(name) ?? -1;
    const others = (this.loose.get(looseName(name)) ?? []).filter((id) => id !== exact);
    const result = exact === -1 && others.length === 0 ? NONE : [exact, ...others];
    if (this.resolved.size < MAX_REMEMBERED_FIELD_NAMES) this.resolved.set(name, result);
    return result;
  }
}

const NONE: readonly number[] = [];
