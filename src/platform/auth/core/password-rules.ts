/** Why a new password is refused; texts under auth.password.<reason>. */
import { tableOf } from "../../../kernel/index.ts";

export type Weakness = "too_short" | "contains_name" | "predictable";

const MIN_CHARS = 12;
/** What must remain once everything guessable is taken out, and how many different characters of it. */
const MIN_REMAINING = 7;
const MIN_DIFFERENT = 5;
const MIN_NAME_CHARS = 3;

/** Words people build passwords from, Vietnamese without marks. Longest first, so that "matkhaumoi" goes before "matkhau". */
const COMMON_WORDS = [
  ..."password passw0rd passwort matkhau matma baomat dangnhap anhyeuem emyeuanh iloveyou yeuem vietnam saigon hanoi".split(
    " ",
  ),
  ..."khien admin administrator quantri welcome letmein changeme secret login master dragon monkey football".split(" "),
  ..."hello test user root guest default server cisco oracle spring summer autumn winter".split(" "),
].sort((one, other) => other.length - one.length);

const ROWS = [
  "abcdefghijklmnopqrstuvwxyz",
  "01234567890",
  "qwertyuiop",
  "asdfghjkl",
  "zxcvbnm",
  "qwertzuiop",
  "azertyuiop",
];
const LOOKALIKES = tableOf<string>({
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "@": "a",
  $: "s",
  "!": "i",
});

/** Composed and decomposed input of the same Vietnamese text must be the same password (Unicode NFC). */
export function normalPassword(password: string): string {
  return password.normalize("NFC");
}

/**
 * Judges what a guesser would try, not which kinds of characters there are: takes out names, common words, years,
 * runs on the keyboard or in the alphabet and repetitions, and looks at what is left.
 */
export function weaknessOf(password: string, names: readonly string[]): Weakness | undefined {
  const normal = normalPassword(password);
  if ([...normal].length < MIN_CHARS) return "too_short";
  const folded = fold(normal);
  const spelled = unmask(folded);
  const ownNames = names
    .flatMap((name) => [fold(name), ...fold(name).split(/[^\p{L}\p{N}]+/u)])
    .filter((name) => name.length >= MIN_NAME_CHARS);
  if (names.slice(0, 1).some((name) => name.length >= MIN_NAME_CHARS && folded.includes(fold(name))))
    return "contains_name";
  const words = [...ownNames, ...COMMON_WORDS];
  // Both readings must hold: "p4ssw0rd" is a word, "1234" is a run only before it is read as letters.
  const rest = [folded, spelled].map((reading) => remaining(reading, words));
  return rest.some((left) => left.length < MIN_REMAINING || new Set(left).size < MIN_DIFFERENT)
    ? "predictable"
    : undefined;
}

function remaining(text: string, words: readonly string[]): string {
  let left = shortestPeriod(text);
  for (const word of words) left = left.replaceAll(word, "");
  left = left.replace(/(?:19|20)\d\d/gu, "");
  return collapseRepeats(dropRuns(left));
}

/** Case and marks do not make a word unguessable. */
function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("đ", "d");
}

function unmask(text: string): string {
  return [...text].map((char) => LOOKALIKES[char] ?? char).join("");
}

/** "abcXabcX" is as guessable as "abcX". */
function shortestPeriod(text: string): string {
  // Where a text next occurs inside itself doubled is its period.
  const period = (text + text).indexOf(text, 1);
  return text.slice(0, period);
}

/** Takes out four or more neighbours of the alphabet, the digits or a keyboard row, in either direction. */
function dropRuns(text: string): string {
  let kept = "";
  for (let at = 0; at < text.length; ) {
    const length = runLength(text, at);
    if (length < 4) kept += text[at];
    at += length < 4 ? 1 : length;
  }
  return kept;
}

function runLength(text: string, start: number): number {
  const lengths = ROWS.flatMap((row) => [1, -1].map((step) => runAlong(text, start, { row, step })));
  return Math.max(1, ...lengths);
}

function runAlong(text: string, start: number, along: { row: string; step: number }): number {
  let place = along.row.indexOf(text[start] ?? " ");
  if (place < 0) return 0;
  let length = 1;
  while (start + length < text.length && along.row[place + along.step] === text[start + length]) {
    place += along.step;
    length += 1;
  }
  return length;
}

function collapseRepeats(text: string): string {
  return text.replace(/(.)\1{2,}/gu, "$1");
}
