/** Lines that are almost right: samples with parts cut out, doubled, swapped and filled. Seeded, so a run can be repeated. */

/** A small generator of its own (mulberry32): the same seed gives the same lines on every machine. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What parsers look for, and what breaks them. */
const PIECES: readonly string[] = [
  ..."\"'\\=,;:|[]{}()<> \t\0-./%".split(""),
  '\\"',
  '""',
  "::",
  '="',
  "]: ",
  " from ",
  " port ",
  "CEF:0|",
  "LEEF:2.0|",
  "%ASA-6-",
  "SRC=",
  "2026-11-18T09:14:05Z",
  "18/Nov/2026:09:14:05 +0700",
  "99999999999999999999",
  "::ffff:192.0.2.1",
  "__proto__",
  "constructor=1 ",
  "\u{1F600}",
  "\ud800",
  "đăng nhập",
];

/** Names that every object has: a table that is a literal knows them. */
export const INHERITED: readonly string[] = ["constructor", "toString", "valueOf", "hasOwnProperty", "__proto__"];

const LONGEST = 20_000;

function mutated(line: string, random: () => number): string {
  const at = Math.floor(random() * (line.length + 1));
  const length = Math.floor(random() * Math.min(40, line.length - at + 1));
  const piece = PIECES[Math.floor(random() * PIECES.length)] as string;
  switch (Math.floor(random() * 9)) {
    case 0:
      return line.slice(0, at) + line.slice(at + length);
    case 1:
      return line.slice(0, at) + piece + line.slice(at);
    case 2:
      return line.slice(0, at) + piece + line.slice(at + length);
    case 3:
      return (
        line.slice(0, at) + line.slice(at, at + length).repeat(1 + Math.floor(random() * 20)) + line.slice(at + length)
      );
    case 4:
      return line.slice(0, at);
    case 5:
      return line.slice(0, at) + piece.repeat(1 + Math.floor(random() * 300)) + line.slice(at);
    case 6:
      return line.slice(at) + line.slice(0, at);
    case 7:
      return withoutWord(line, at, INHERITED[Math.floor(random() * INHERITED.length)] as string);
    default:
      return line.slice(0, at) + String.fromCharCode(Math.floor(random() * 0x250)) + line.slice(at + 1);
  }
}

/** The word at a place, if there is one, made into another. */
function withoutWord(line: string, at: number, other: string): string {
  const isWord = (place: number): boolean => /\w/u.test(line[place] ?? "");
  let [from, to] = [at, at];
  while (isWord(from - 1)) from--;
  while (isWord(to)) to++;
  return line.slice(0, from) + other + line.slice(to);
}

/** A line made of samples by one to six changes. */
export function mutatedLine(samples: readonly string[], random: () => number): string {
  const pick = (): string => samples[Math.floor(random() * samples.length)] ?? "";
  let line = pick();
  for (let left = 1 + Math.floor(random() * 6); left > 0; left--) {
    line = random() < 0.05 ? line.slice(0, line.length >> 1) + pick().slice(20) : mutated(line, random);
  }
  return line.length > LONGEST ? line.slice(0, LONGEST) : line;
}
