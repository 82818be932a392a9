const DIGITS = 12;

/** A text that sorts as people count: runs of digits are filled up to one length, so that 2 stands before 10. */
export function naturalKey(text: string): string {
  return text.replace(/\d+/gu, (digits) => digits.replace(/^0+(?=\d)/u, "").padStart(DIGITS, "0"));
}
