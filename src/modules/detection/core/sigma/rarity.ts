/**
 * How rare a text is in the events of a Windows or Linux machine, guessed without seeing any: as bits of surprise per
 * character. The tables say what is generally known (system paths and everyday words are everywhere, odd names are
 * not), they are not learned from data, and a wrong guess only costs time.
 */

/** Kelvin sign: the one character outside ASCII that folds into it. */
export const KELVIN = "\u212a";

/** Words that say next to nothing in an event. */
const EVERYDAY: ReadonlySet<string> = new Set(
  (
    "windows system32 syswow64 system program files x86 microsoft software currentversion currentcontrolset control " +
    "machine hklm hkcu hku registry users user public appdata local roaming programdata temp tmp exe dll sys ps1 bat " +
    "svchost services service lsass explorer powershell cmd rundll32 ntdll kernel32 kernelbase http https www com net " +
    "org true false valid yes no none null unknown default authority nt security set run policies config common data " +
    "name process binary dword classes wow6432node provider version server client network object value key command " +
    "operational desktop documents downloads root admin administrator windowspowershell v1 0x c d s i a bin usr etc " +
    "var lib lib64 opt home dev sbin sh bash log logs host file type id new get add start stop all"
  ).split(" "),
);

/** Bits of a letter in a word nobody foresaw: the frequent ones of English and of file names say less. */
const LETTER_BITS: ReadonlyMap<string, number> = new Map(
  ["eisotrna", "cdlmpuwk", "ghfyvbx", "qzj"].flatMap((letters, rank) =>
    [...letters].map((letter): [string, number] => [letter, 3.3 + 1.1 * rank]),
  ),
);
const DIGIT_BITS = 2.5;
const EVERYDAY_WORD_BITS = 1;
const SEPARATOR_BITS = 0.5;
/** `::`, `--`, `\\\\`: one separator is everywhere, two of the same are not. */
const REPEATED_BITS = 10;
const SYMBOL_BITS = 4;
const FOREIGN_BITS = 6;

const SEPARATORS = "\\/.:-_ ";
const parts = /[a-z0-9]+|[^a-z0-9]/g;

/** Bits of each character of a folded text. */
export function surpriseOf(text: string): Float32Array {
  const bits = new Float32Array(text.length);
  for (const { 0: part, index } of text.matchAll(parts)) {
    if (EVERYDAY.has(part)) bits.fill(EVERYDAY_WORD_BITS / part.length, index, index + part.length);
    else for (let at = index; at < index + part.length; at++) bits[at] = bitsAt(text, at);
  }
  return bits;
}

export function totalSurprise(text: string): number {
  return surpriseOf(text).reduce((sum, bits) => sum + bits, 0);
}

/** Expected share of a character among those of an event. */
export function shareOfCharacter(character: string): number {
  return 2 ** -bitsAt(character, 0);
}

function bitsAt(text: string, at: number): number {
  const character = text[at] as string;
  if (character >= "0" && character <= "9") return DIGIT_BITS;
  if (SEPARATORS.includes(character)) return text[at - 1] === character ? REPEATED_BITS : SEPARATOR_BITS;
  return LETTER_BITS.get(character) ?? (character > "\x7f" ? FOREIGN_BITS : SYMBOL_BITS);
}

/** Where the rarest stretch of `length` characters begins; the text has at least as many. */
export function rarestStretch(text: string, length: number): number {
  const bits = surpriseOf(text);
  let sum = 0;
  for (let at = 0; at < length; at++) sum += bits[at] as number;
  let best = sum;
  let start = 0;
  for (let at = length; at < text.length; at++) {
    sum += (bits[at] as number) - (bits[at - length] as number);
    if (sum <= best) continue;
    best = sum;
    start = at - length + 1;
  }
  return start;
}
