/** What a correlation compares with its condition, kept up to date as events enter and leave a group's window. */

/** Entirely a function of the window's events: rebuilt after a restore. */
export interface Measure {
  /** Columns by group must be this long. */
  resize(length: number): void;
  /** A group begins. */
  open(slot: number): void;
  /** The event became the newest of the group's window. */
  add(slot: number, entry: number): void;
  /** The event was the oldest that counts and leaves. */
  remove(slot: number, entry: number): void;
  /** No event of the window counts any more. */
  clear(slot: number): void;
  value(slot: number): number;
  /** `from`: where the window begins. */
  holds(slot: number, from: number): boolean;
}
