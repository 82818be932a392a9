/**
 * Two ways of ignoring how something is written.
 *
 * `lower`: case only, code point by code point, as the lake's engine does it (no locale, no context).
 * `fold`: case, Vietnamese đ and all diacritics: "Nguyễn Đức" and "nguyen duc" are the same text.
 *
 * Stored text and searched text go through the same function, so both ways of typing find both ways of writing.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII
const NON_ASCII = /[^\x00-\x7f]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII
const NON_ASCII_RUN = /[^\x00-\x7f]+/g;
const MARKS = /\p{Mn}/gu;
const ESCAPES = /\\(?:\\|u([0-9a-fA-F]{4}))/g;

export function isAscii(text: string): boolean {
  return !NON_ASCII.test(text);
}

/** Simple (one to one) mapping, so İ becomes i and every Σ becomes σ: the two letters where JavaScript does more. */
export function lower(text: string): string {
  return isAscii(text) ? text.toLowerCase() : text.replaceAll("İ", "i").replaceAll("Σ", "σ").toLowerCase();
}

export function fold(text: string): string {
  // Most of a record is ASCII; only the rest goes through normalisation.
  return text.replace(NON_ASCII_RUN, foldRun).toLowerCase();
}

function foldRun(run: string): string {
  return lower(run.normalize("NFD").replace(MARKS, "")).replaceAll("đ", "d");
}

/**
 * What free text is searched in, for a raw record. `\u1ec5` as some JSON writers put it counts as the letter itself;
 * `\\u1ec5` does not (an escaped backslash).
 */
export function searchText(raw: string): string {
  if (!raw.includes("\\u")) return fold(raw);
  return fold(
    raw.replace(ESCAPES, (whole, hex: string | undefined) =>
      hex === undefined ? whole : String.fromCharCode(Number.parseInt(hex, 16)),
    ),
  );
}
