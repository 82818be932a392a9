/**
 * The one door to re2js: regular expressions from outside run in time linear to the text, whatever the pattern.
 * Look-around and back-references cannot be had in linear time and are refused with the engine's reason.
 */
import { RE2JS } from "re2js";
import { MAX_COMPILED_PATTERNS, MAX_PATTERN_LENGTH, MAX_SEARCHED_LENGTH } from "./limits.ts";

export interface LinearRegexFlags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
}

export interface LinearRegex {
  test(text: string): boolean;
  find(text: string): { readonly start: number; readonly end: number } | undefined;
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
    return wrap(RE2JS.compile(source, bits));
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error) };
  }
}

function wrap(pattern: RE2JS): LinearRegex {
  const bounded = (text: string): string =>
    text.length > MAX_SEARCHED_LENGTH ? text.slice(0, MAX_SEARCHED_LENGTH) : text;
  return {
    test: (text) => pattern.test(bounded(text)),
    find: (text) => {
      const matcher = pattern.matcher(bounded(text));
      return matcher.find() ? { start: matcher.start(), end: matcher.end() } : undefined;
    },
  };
}
