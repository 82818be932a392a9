/**
 * The text of a pattern to a tree. Everything is literal except what stands in angle brackets:
 *
 *     <name>  <name:type>  <name:type(argument)>  <:type>     a capture, or a match that is not kept
 *     <? … ?>                                                  may be absent
 *     <( … | … )>                                              one of these; a literal bar in it is ||
 *     <<                                                       a literal <
 */
import { MAX_PATTERN_CHARS, MAX_PATTERN_DEPTH } from "./limits.ts";

export type PatternNode =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "capture"; readonly name: string; readonly type: string; readonly argument: string | undefined }
  | { readonly kind: "optional"; readonly nodes: readonly PatternNode[] }
  | { readonly kind: "choice"; readonly branches: readonly (readonly PatternNode[])[] };

export interface PatternComplaint {
  /** 0-based place in the pattern. */
  readonly at: number;
  readonly message: string;
  readonly hint?: string;
}

export type ReadPattern = { readonly nodes: readonly PatternNode[] } | { readonly complaint: PatternComplaint };

class Refused extends Error {
  readonly complaint: PatternComplaint;
  constructor(at: number, message: string, hint?: string) {
    super(message);
    this.complaint = { at, message, ...(hint === undefined ? {} : { hint }) };
  }
}

type Closing = "end" | "?>" | "branch";
const CAPTURE = /^([A-Za-z_@][\w.@-]*)?(?::([a-z][a-z_-]*)(\()?)?/;

class Reader {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  sequence(closing: Closing, depth: number): PatternNode[] {
    if (depth > MAX_PATTERN_DEPTH) throw new Refused(this.#at, `groups nest deeper than ${MAX_PATTERN_DEPTH}`);
    const nodes: PatternNode[] = [];
    let literal = "";
    const flush = (): void => {
      if (literal !== "") nodes.push({ kind: "literal", text: literal });
      literal = "";
    };
    while (!this.#closes(closing)) {
      const source = this.#source;
      if (source.startsWith("<<", this.#at)) {
        literal += "<";
        this.#at += 2;
      } else if (source[this.#at] === "<") {
        flush();
        nodes.push(this.#bracket(depth));
      } else {
        if (closing === "branch" && source.startsWith("||", this.#at)) this.#at++;
        literal += source[this.#at++];
      }
    }
    flush();
    return nodes;
  }

  #closes(closing: Closing): boolean {
    if (this.#at >= this.#source.length) {
      if (closing === "end") return true;
      throw new Refused(this.#at, closing === "?>" ? "<? is not closed" : "<( is not closed", "close it with ?> or )>");
    }
    if (closing === "?>") return this.#source.startsWith("?>", this.#at);
    if (closing === "end") return false;
    if (this.#source.startsWith("||", this.#at)) return false;
    return this.#source[this.#at] === "|" || this.#source.startsWith(")>", this.#at);
  }

  #bracket(depth: number): PatternNode {
    const opened = this.#at;
    if (this.#source.startsWith("<?", opened)) {
      this.#at += 2;
      const nodes = this.sequence("?>", depth + 1);
      this.#at += 2;
      if (nodes.length === 0) throw new Refused(opened, "an optional part holds nothing");
      return { kind: "optional", nodes };
    }
    if (this.#source.startsWith("<(", opened)) return this.#choice(depth);
    this.#at++;
    const match = CAPTURE.exec(this.#source.slice(this.#at, this.#at + 200));
    const [written = "", name = "", type = "text", open] = match ?? [];
    if (written === "") throw new Refused(opened, "< opens nothing known", "a literal < is written <<");
    this.#at += written.length;
    const argument = open === undefined ? undefined : this.#argument(opened);
    if (this.#source[this.#at] !== ">") throw new Refused(this.#at, "> expected", "a literal < is written <<");
    this.#at++;
    return { kind: "capture", name, type, argument };
  }

  #choice(depth: number): PatternNode {
    this.#at += 2;
    const branches: PatternNode[][] = [this.sequence("branch", depth + 1)];
    while (this.#source[this.#at] === "|") {
      this.#at++;
      branches.push(this.sequence("branch", depth + 1));
    }
    this.#at += 2;
    return { kind: "choice", branches };
  }

  /** An argument ends with `)>`, so it may hold brackets of its own. */
  #argument(opened: number): string {
    const end = this.#source.indexOf(")>", this.#at);
    if (end < 0) throw new Refused(opened, "the argument is not closed", "close it with )>");
    const argument = this.#source.slice(this.#at, end);
    this.#at = end + 1;
    return argument;
  }
}

export function readPattern(source: string): ReadPattern {
  if (source.length > MAX_PATTERN_CHARS) {
    return { complaint: { at: 0, message: `longer than ${MAX_PATTERN_CHARS} characters` } };
  }
  try {
    const nodes = new Reader(source).sequence("end", 0);
    if (nodes.length === 0) return { complaint: { at: 0, message: "the pattern is empty" } };
    return { nodes };
  } catch (error) {
    if (error instanceof Refused) return { complaint: error.complaint };
    throw error;
  }
}
