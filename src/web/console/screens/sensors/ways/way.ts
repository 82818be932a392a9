import type { Addresses, Snippet } from "./addresses.ts";

export type WayGroup = "own" | "syslog" | "agents" | "windows" | "network" | "bus";

export interface Way {
  /** Texts: `connect.<id>` and `connect.<id>.body`. */
  readonly id: string;
  readonly group: WayGroup;
  /** The door it leads to, by the listener's name. */
  readonly door: string;
  /** Settings that open the door, with an example of each; none for the doors that are always open. */
  readonly opens: readonly (readonly [setting: string, example: string])[];
  readonly needsToken: boolean;
  /** Further words people search for. */
  readonly words: string;
  readonly snippets: (at: Addresses) => readonly Snippet[];
}
