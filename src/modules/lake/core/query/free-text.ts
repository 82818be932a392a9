/** Free text: which patterns stand for one written term, matched anywhere in the folded raw record. */
import { fold } from "./fold.ts";
import type { Pattern } from "./tree.ts";
import { mapLiterals } from "./value.ts";

/**
 * A path typed as people see it (`C:\Windows`) also finds its form inside JSON (`C:\\Windows`), and so for quotes.
 * The first is the pattern as typed; the second, when there is one, the JSON form.
 */
export function freeTextPatterns(pattern: Pattern): readonly Pattern[] {
  const plain = mapLiterals(pattern, fold);
  const escaped = mapLiterals(plain, (literal) => literal.replaceAll("\\", "\\\\").replaceAll('"', '\\"'));
  const isSame = plain.every((piece, index) => {
    const other = escaped[index];
    return typeof piece === "string" || (typeof other === "object" && other.literal === piece.literal);
  });
  return isSame ? [plain] : [plain, escaped];
}
