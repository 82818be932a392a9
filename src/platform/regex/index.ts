/**
 * The one door to regular expressions from outside: they run in time linear to the text, whatever the pattern.
 * re2js reads every pattern and refuses what cannot be had in linear time (look-around, back-references); Node's own
 * engine answers for the patterns proved safe for it (safety.ts), because it is many times faster.
 */
import { RE2JS } from "re2js";
import {
  MAX_COMPILED_PATTERNS,
  MAX_PATTERN_LENGTH,
  MAX_PROGRAM_SIZE,
  MAX_SEARCH_STEPS,
  MAX_SEARCHED_LENGTH,
} from "./limits.ts";
import { type NativeSearch, nativeSearch } from "./native.ts";

export interface LinearRegexFlags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
}

export interface LinearRegex {
  test(text: string): boolean;
  find(text: string): { readonly start: number; readonly end: number } | undefined;
  /** Which engine answers `test`. */
  readonly engine: "native" | "re2";
  /** Characters of a text that are looked at; what follows is not searched. */
  readonly searched: number;
}

export interface RegexRefusal {
  readonly refused: string;
}

const compiled = new Map<string, LinearRegex | RegexRefusal>();

export function compileLinearRegex(source: string, flags: LinearRegexFlags): LinearRegex | RegexRefusal {
  const key = `${flags.ignoreCase ? "i" : ""}${flags.multiline ? "m" : ""}${flags.dotAll ? "s" : ""}/${source}`;
  const known = compiled.get(key);
  if (known !== undefined) return known;
  const result = compileFresh(source, flags);
  if (compiled.size >= MAX_COMPILED_PATTERNS) compiled.clear();
  compiled.set(key, result);
  return result;
}

/** Compiler in the shape the Sigma core asks for. */
export const linearRegex = { compile: compileLinearRegex };

function compileFresh(source: string, flags: LinearRegexFlags): LinearRegex | RegexRefusal {
  if (source.length > MAX_PATTERN_LENGTH) return { refused: `longer than ${MAX_PATTERN_LENGTH} characters` };
  const bits =
    (flags.ignoreCase ? RE2JS.CASE_INSENSITIVE : 0) |
    (flags.multiline ? RE2JS.MULTILINE : 0) |
    (flags.dotAll ? RE2JS.DOTALL : 0);
  try {
    const pattern = RE2JS.compile(source, bits);
    const size = pattern.programSize();
    if (size > MAX_PROGRAM_SIZE)
      return { refused: `too large: ${size} instructions, at most ${MAX_PROGRAM_SIZE}; repeat less or fewer times` };
    const searched = Math.min(MAX_SEARCHED_LENGTH, Math.floor(MAX_SEARCH_STEPS / Math.max(size, 1)));
    return wrap(pattern, () => nativeSearch(source, flags), searched);
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error) };
  }
}

/** The proof is sought when the first text is searched: most patterns that are checked never run. */
function wrap(pattern: RE2JS, prove: () => NativeSearch | undefined, searched: number): LinearRegex {
  let proof: { readonly native: NativeSearch | undefined } | undefined;
  const native = (): NativeSearch | undefined => (proof ??= { native: prove() }).native;
  const bounded = (text: string): string => (text.length > searched ? text.slice(0, searched) : text);
  return {
    get engine() {
      return native() === undefined ? "re2" : "native";
    },
    searched,
    test: (text) => (native() ?? pattern).test(bounded(text)),
    find: (text) => {
      const matcher = pattern.matcher(bounded(text));
      return matcher.find() ? { start: matcher.start(), end: matcher.end() } : undefined;
    },
  };
}
