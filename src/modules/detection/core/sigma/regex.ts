/** The regular-expression engine as the core sees it; src/platform/regex provides a linear-time one. */
export interface RegexFlags {
  readonly ignoreCase: boolean;
  readonly multiline: boolean;
  readonly dotAll: boolean;
}

export interface CompiledRegex {
  /** Searches anywhere in the text, as Sigma's `re` does. */
  test(text: string): boolean;
  /** Where the first match lies, for explanations. */
  find(text: string): { readonly start: number; readonly end: number } | undefined;
}

export interface RegexRefusal {
  /** Why the pattern cannot run here, in the words of the engine. */
  readonly refused: string;
}

export interface RegexCompiler {
  compile(source: string, flags: RegexFlags): CompiledRegex | RegexRefusal;
}

export function isRefusal(result: CompiledRegex | RegexRefusal): result is RegexRefusal {
  return "refused" in result;
}
