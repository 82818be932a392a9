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
    "var lib lib64 opt home dev sbin sh bash log logs host file type id new get add start stop all md5 sha1 sha256 imphash"
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

/** Bits of each ASCII character where it does not repeat a separator. */
const CHARACTER_BITS = Float32Array.from({ length: 128 }, (_, unit) => {
  const character = String.fromCharCode(unit);
  if (character >= "0" && character <= "9") return DIGIT_BITS;
  return SEPARATORS.includes(character) ? SEPARATOR_BITS : (LETTER_BITS.get(character) ?? SYMBOL_BITS);
});

/** Reused: what `surpriseOf` answers stands here until it is asked again. */
let bits = new Float32Array(1_024);

/** Bits of each character of a folded text, until the next call; what stands behind them is of no meaning. */
function surpriseOf(text: string): Float32Array {
  if (text.length > bits.length) bits = new Float32Array(2 * text.length);
  for (let at = 0; at < text.length; ) {
    const start = at;
    while (isWordUnit(text.charCodeAt(at))) at++;
    if (at === start) bits[at] = bitsAt(text, at++);
    else if (EVERYDAY.has(text.slice(start, at))) bits.fill(EVERYDAY_WORD_BITS / (at - start), start, at);
    else for (let place = start; place < at; place++) bits[place] = CHARACTER_BITS[text.charCodeAt(place)] as number;
  }
  return bits;
}

function isWordUnit(unit: number): boolean {
  return (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39);
}

export function totalSurprise(text: string): number {
  const surprise = surpriseOf(text);
  let sum = 0;
  for (let at = 0; at < text.length; at++) sum += surprise[at] as number;
  return sum;
}

/** How many of the everyday words hold a pair of characters: such a pair is met far more often than its letters say. */
const everydayPairs = new Map<string, number>();
for (const word of EVERYDAY) {
  for (let at = 0; at + 1 < word.length; at++) {
    const pair = word.slice(at, at + 2);
    everydayPairs.set(pair, (everydayPairs.get(pair) ?? 0) + 1);
  }
}
const SHARE_OF_EVERYDAY_WORD = 2 ** -8;

/** Expected share of a pair of characters among those of an event. */
export function shareOfPair(pair: string): number {
  return 2 ** -totalSurprise(pair) + (everydayPairs.get(pair) ?? 0) * SHARE_OF_EVERYDAY_WORD;
}

/** Expected share of a character among those of an event. */
export function shareOfCharacter(character: string): number {
  return 2 ** -bitsAt(character, 0);
}

function bitsAt(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  if (unit >= CHARACTER_BITS.length) return FOREIGN_BITS;
  const own = CHARACTER_BITS[unit] as number;
  return own === SEPARATOR_BITS && at > 0 && text.charCodeAt(at - 1) === unit ? REPEATED_BITS : own;
}

/** Where the rarest stretch of `length` characters begins; the text has at least as many. */
export function rarestStretch(text: string, length: number): number {
  const surprise = surpriseOf(text);
  let sum = 0;
  for (let at = 0; at < length; at++) sum += surprise[at] as number;
  let best = sum;
  let start = 0;
  for (let at = length; at < text.length; at++) {
    sum += (surprise[at] as number) - (surprise[at - length] as number);
    if (sum <= best) continue;
    best = sum;
    start = at - length + 1;
  }
  return start;
}
