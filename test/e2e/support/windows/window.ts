import type { Places } from "../places.ts";
import type { View } from "../view.ts";

/** A window that opens over a screen. */
export interface Window {
  readonly name: string;
  readonly path: string | ((places: Places) => string);
  /** What the screen shows when it can be opened. */
  readonly on: string;
  readonly open: (view: View) => Promise<void>;
  readonly shows: string;
}
