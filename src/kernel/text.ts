/**
 * Text as people search it: lower case, no diacritics, đ as d. `đ` is a letter of its own in Unicode,
 * not d with a mark, so decomposition alone would leave it.
 */
export function foldText(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase()
    .replaceAll("đ", "d");
}
