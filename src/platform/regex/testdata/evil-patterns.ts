/**
 * Patterns that bring backtracking engines down, each with the text that does it: `prefix`, then `pump` over and over,
 * then `suffix`. Written for this project, by family.
 */
export interface Evil {
  readonly source: string;
  readonly prefix?: string;
  readonly pump: string;
  readonly suffix: string;
}

type Row = readonly [source: string, pump: string, suffix: string, prefix?: string];

const nested: readonly Row[] = [
  ["(a+)+$", "a", "!"],
  ["(a*)*$", "a", "!"],
  ["(a+)*b", "a", "c"],
  ["(a*)+b", "a", "c"],
  ["((a+)+)+$", "a", "!"],
  ["(((a*)*)*)*$", "a", "!"],
  ["(?:a+){2,}$", "a", "!"],
  ["^(\\w+\\s?)*$", "word ", "!"],
  ["(\\w+\\s?)*!$", "word ", "?"],
  ["^(\\d+,?)+$", "1,", "x"],
  ["(x+x+)+y", "x", "z"],
  ["^(([a-z])+.)+[A-Z]([a-z])+$", "a", "!"],
  ["(?:[a-z]+[0-9]*)+$", "ab", "!"],
  ["([\"'](?:[^\"']+)+[\"'])+;", "\"ab", "!"],
  ["^(?:\\\\[^\\\\]*)*\\.exe$", "\\dir", "!"],
  ["(\\S+\\s*)+$", "ab ", "\n"],
  ["(?:-[a-z]+\\s*)+/c", "-ab ", "!"],
  ["(?i)(power(?:s|h|e|l)*)+!", "powershel", "?"],
  ["(?:(?:ab)*c*)*d", "abc", "!"],
  ["^(?:a?b?c?)*$", "abc", "!"],
];

const overlapping: readonly Row[] = [
  ["(a|a)*$", "a", "!"],
  ["(a|aa)+$", "a", "!"],
  ["(a|a?)+$", "a", "!"],
  ["(?:a|b|ab)*c", "ab", "!"],
  ["(?:aa|aaa)*b", "a", "c"],
  ["(\\w|\\d)+!", "1", "?"],
  ["(.|\\n)*x$", "ab\n", "y"],
  ["(?:\\s|\\t)*;", "\t", "x"],
  ["([a-z]|[a-m]|[n-z])*9", "m", "!"],
  ["(foo|foofoo)*bar", "foo", "baz"],
  ["(?:cmd|cm|c|md|d)*\\.exe", "cmd", ".com"],
  ["(?i)(?:k|K|\\x{212a})*!", "k", "?"],
  ["(?i)(?:s|ſ)*!", "s", "?"],
  ["(?:\\\\|\\\\\\\\)*x", "\\", "y"],
  ["(?:a|ab)(?:c|bcd)*(?:d*)!", "bcd", "?", "a"],
  ["(?:%[0-9a-f]{2}|.)*;", "%41", "!"],
  ["(x|xx|xxx|xxxx)+y", "x", "z"],
  ["(?:0|00|000)+1", "0", "2"],
  ["(?:a{1,2}|a{2,3})+b", "a", "c"],
  ["(?:[ab]|[bc]|[ca])+d", "abc", "e"],
];

const polynomial: readonly Row[] = [
  ["a*a*a*a*b", "a", "c"],
  [".*.*.*=x", "a", "y"],
  ["(.*a){12}$", "a", "!"],
  ["\\s+$", " ", "x"],
  ["a+b", "a", "c"],
  ["[a-z]+[0-9]+!", "a1", "?"],
  ["\\w+@\\w+\\.\\w+", "a", "!"],
  ["^\\s*(.*?)\\s*$x", " a", "!"],
  ["\".*\".*\".*\"x", "\"", "y"],
  ["\\d+\\d+\\d+x", "1", "y"],
  ["(?s).*a.*b.*c.*d!", "abcd", "?"],
  ["foo.*bar.*baz.*qux", "foobarba", "!"],
  ["\\+.*\\+.*\\+.*\\+.*\\+.*\\+!", "+", "?"],
  ["`.*`.*`.*`.*`!", "`", "?"],
  ["\\{.*\\{.*\\{.*\\{.*\\{!", "{", "?"],
  ["(?i)set.*&&set.*\\(.*\\)!", "set&&", "?"],
  ["[^,]*,[^;]*;[^,]*,x", ",;", "y"],
  ["x*x*x*x*x*x*x*x*y", "x", "z"],
  ["\\b\\w+\\b\\s+\\b\\w+\\b!", "ab ", "?"],
  ["(?m)^.*foo.*$x", "foo\n", "y"],
  ["[ab]*[bc]*[ca]*d", "abc", "e"],
  ["\\S*\\s*\\S*\\s*=!", "a ", "?"],
];

const counted: readonly Row[] = [
  ["a{0,400}b", "a", "c"],
  ["(?:a{0,20}){0,20}b", "a", "c"],
  ["(?:a?){100}a{100}!", "a", "?"],
  [".{1000,}[\\x00]", "ab", "c"],
  // Runs just too short, one after the other.
  [".{1000,}", `${"a".repeat(999)}\n`, "!"],
  ["[^,]{400,}", `${"a".repeat(399)},`, "!"],
  ["a[ab]{200}c", "ab", "d"],
  ["(?:a[ab]{0,30}){1,20}c", "ab", "d"],
  ["[ab]{0,300}c|[ab]{0,700}d", "ab", "e"],
  ["(?:[a-z]{1,50}\\.){1,20}9", "abc.", "x"],
  ["(\\d{1,3}\\.){3,60}x", "1.", "y"],
  ["(?:\\w{1,10}\\s){20}!", "word ", "?"],
  [".{0,64}a.{0,64}b.{0,64}!", "ab", "?"],
  ["(?i)cmd.{0,100}/c.{0,100}!", "cmd/c", "?"],
  ["(?:(?:a{1,4}){1,4}){1,4}b", "a", "c"],
  ["[0-9A-F]{2,600}x", "A0", "y"],
  ["(?:ab?){1,300}c", "ab", "d"],
  ["a.{20}b.{20}c.{20}!", "abc", "?"],
];

/** Their automaton has more states than can be kept: what follows an `a` must be remembered for all of them at once. */
const manyStates: readonly Row[] = [
  ["a[ab]{20}[cd]", "ab", "!"],
  ["a[ab]{200}[cd]", "ab", "!"],
  ["a[ab]{900}[cd]", "ab", "!"],
  ["(?:a[ab]{0,30}){1,20}[cd]", "ab", "!"],
  ["[ab]*a[ab]{15}[cd]", "ab", "!"],
  ["(?:x|y)*x(?:x|y){40}[z!]", "xy", "?"],
  ["(?:a.{10}|b.{20}|c.{30})[!?]", "abc", "."],
  ["\\ba.{1,64}b.{1,64}[cd]", "ab ", "!"],
  ["(?:[0-9a-f]{2}-?){8,40}[xyz]", "0f-", "!"],
  ["(?i)(?:a[a-z]{0,8}\\s){3,12}[0-9]", "ab ", "!"],
];

const beyondAscii: readonly Row[] = [
  ["(?:é+)+$", "é", "!"],
  ["(?i)(?:đ|Đ)+!", "Đ", "?"],
  ["(?:\\p{L}+\\s?)+!", "ệ", "?"],
  ["\\p{Lu}*\\p{L}*x", "Ả", "y"],
  ["[^a]+[^b]+[^c]+a$", "😀", "!"],
  ["(?:😀|😀😀)+!", "😀", "?"],
  ["(?i)[à-ỹ]+[a-z]+!", "ạ", "?"],
  ["(?:.\\x{301}?)+!", "á", "?"],
  ["\\W+\\W+\\W+x", "–", "y"],
  ["(?:[\\x{10000}-\\x{10ffff}]|.)+!", "𝒳", "?"],
];

const anchored: readonly Row[] = [
  ["^(a+)+$", "a", "!"],
  ["\\A(?:[^=]*=)*[^=]*;\\z", "a=", "!"],
  ["(?m)^(?:\\s*#.*\\n)*x", "#\n", "y"],
  ["^.*\\\\.*\\\\.*\\\\x$", "\\", "y"],
  ["^(?:.*;)*x$", ";", "y"],
  ["\\b(?:\\w+-?)*\\b!", "a-", "?"],
  ["(^|\\s)(\\S+\\s+)*x$", "a ", "y"],
  ["(?:^a|b|a)*c$", "ab", "d"],
  ["^(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.|$))+!", "1.", "?"],
  ["(?m)(?:^.*$\\n?)+!", "a\n", "?"],
  ["^(?:\"[^\"]*\"|'[^']*'|\\S)*;$", "\"a\"", "!"],
  ["^[\\w.]+@(?:[\\w-]+\\.)+[a-z]{2,}$", "a.", "!", "x@"],
];

export const EVIL_PATTERNS: readonly Evil[] = [
  nested,
  overlapping,
  polynomial,
  counted,
  manyStates,
  beyondAscii,
  anchored,
].flatMap((rows) =>
  rows.map(([source, pump, suffix, prefix]) => ({ source, pump, suffix, ...(prefix === undefined ? {} : { prefix }) })),
);

/** What cannot be had in linear time, or is not a pattern at all, or is too large. */
export const REFUSED_PATTERNS: readonly string[] = [
  "(?=a+)a*b",
  "(?!a)b",
  "(?<=a+)b",
  "(?<!x)y",
  "^(?=(a+))\\1$",
  "(a*)\\1",
  "(?P<x>a+)(?P=x)",
  "\\k<name>",
  "(?>a+)b",
  "a++b",
  "a*+b",
  "(?(1)a|b)",
  "(?R)",
  "\\Gabc",
  "a{2000}",
  "(?:a{1000}){1000}",
  "(?:(?:a{50}){50}){50}",
  "[z-a]",
  "(",
  "[",
  "*a",
  "a\\",
  "\\p{Nonsense}",
  "x".repeat(5_000),
];

/**
 * Three texts of about this length: the pump over and over; the same behind all words of the pattern in the wrong order,
 * so that looking for the words alone excludes nothing; and the pump's characters at random, which gives an automaton
 * built on the way as many states as can be.
 */
export function evilTexts({ source, prefix = "", pump, suffix }: Evil, length: number): readonly string[] {
  const pumped = pump.repeat(Math.ceil(length / pump.length));
  const words = (source.replace(/\\[a-zA-Z]|\{[\d,]+\}|\(\?[a-z]*:?/g, " ").match(/[\p{L}\p{N}=!;@#&%]+/gu) ?? []).toReversed();
  return [
    prefix + pumped + suffix,
    `${words.join(" ")} ${prefix}${pumped}${suffix}`,
    prefix + shuffled(pump, length) + suffix,
  ];
}

function shuffled(pump: string, length: number): string {
  const alphabet = [...new Set(pump)];
  const parts: string[] = [];
  let state = 1;
  for (let index = 0; index < length; index++) {
    // Numbers of a fixed sequence (Park and Miller), so that every run sees the same text.
    state = (state * 48_271) % 2_147_483_647;
    parts.push(alphabet[state % alphabet.length] as string);
  }
  return parts.join("");
}
