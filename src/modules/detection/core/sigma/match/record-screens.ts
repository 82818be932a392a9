/**
 * Screens of whole records, by their literals. The views of one product ask nearly all for the same keywords: with a
 * screen for each, every kind of event would drive the text area of the others from the processor's cache, and each
 * would have to learn for itself what the records are like.
 */
import { GramScreen } from "../search/gram-search.ts";
import { LiteralScreen, type RecordScreen } from "../search/literal-screen.ts";

interface Known {
  /** Undefined when these literals cannot be screened. */
  readonly screen: RecordScreen | undefined;
}

/** Literals for which pairs are tried; of more the fingerprints are looked for. */
const MAX_SCREENED = 2_000;
/** Sets of literals whose screens are kept. */
const MAX_KEPT = 64;
const kept = new Map<string, Known>();

export function recordScreenOf(literals: Iterable<string>): RecordScreen | undefined {
  const texts = [...literals].sort();
  const key = JSON.stringify(texts);
  const known = kept.get(key);
  if (known !== undefined) return known.screen;
  const screen = LiteralScreen.of(texts, MAX_SCREENED) ?? GramScreen.of(texts);
  // Rules come and go: forget rather than grow without end.
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(key, { screen });
  return screen;
}
