/**
 * All parsers, found by program, by the shape of a line's beginning, or by a member of a JSON object, so that a record
 * meets only those that can fit. Among these the smaller priority comes first, then the name: the same record always
 * gets the same parser, in whatever order the files were read.
 */
import type { LogSource } from "../../../../kernel/index.ts";
import { type ContentParsers, type JsonObject, newFields, type Outcome, type Reading } from "../parsed.ts";
import { type CompiledDefinition, compileDefinition } from "./compile-definition.ts";
import type { ParserDefinition } from "./definition.ts";
import { pairsOf, requiredLiterals, TextPairs } from "./grams.ts";
import { MAX_SHAPES, SHAPE_CHARS } from "./limits.ts";
import { jsonHolds } from "./pointers.ts";
import { beginnings, shapeOf } from "./shapes.ts";

/** For a pattern that fits although its definition does not: nobody asks for its time. */
const NO_READING: Reading = { receivedAt: 0, utcOffsetMinutes: 0 };

/** Characters a pattern must have recognised before it counts as near: one number fits anywhere. */
const LEAST_UNDERSTOOD = 4;

/** Where a text that no parser took was understood furthest. */
export interface NearMiss {
  readonly name: string;
  readonly file: string;
  /** Line of the pattern in the definition. */
  readonly line: number;
  /** 0-based place in the text. */
  readonly at: number;
  readonly expected: string;
}

function byPriority(one: CompiledDefinition, other: CompiledDefinition): number {
  const difference = one.definition.priority - other.definition.priority;
  return difference !== 0 ? difference : one.definition.name < other.definition.name ? -1 : 1;
}

/** The shapes texts of a definition begin with; [""] when nothing is known. */
function shapesOf({ definition: { place, reading } }: CompiledDefinition): readonly string[] {
  if (place.starts.length > 0) return place.starts.map((start) => shapeOf(start));
  if (reading.kind === "cef") return [shapeOf("CEF:")];
  if (reading.kind === "leef") return [shapeOf("LEEF:")];
  if (reading.kind === "patterns") return [...new Set(reading.patterns.flatMap(({ nodes }) => beginnings(nodes)))];
  return [""];
}

interface Candidate {
  readonly one: CompiledDefinition;
  /** For each pattern the pairs its texts have; a text with none of these sets complete is somebody else's. */
  readonly pairs: readonly (readonly number[])[];
}

function candidateOf(one: CompiledDefinition): Candidate {
  const { place, reading } = one.definition;
  const patterns = reading.kind === "patterns" ? reading.patterns.map(({ nodes }) => requiredLiterals(nodes)) : [[]];
  return { one, pairs: patterns.map((literals) => pairsOf([...place.contains, ...literals])) };
}

/** `/usr/sbin/cron`, `sshd(pam_unix)` and `CRON` are written by real systems. */
function programName(tag: string): string {
  const base = tag.slice(tag.lastIndexOf("/") + 1).toLowerCase();
  const paren = base.indexOf("(");
  return paren > 0 ? base.slice(0, paren) : base;
}

export class ParserSet implements ContentParsers {
  readonly #all: readonly CompiledDefinition[];
  readonly #byName = new Map<string, CompiledDefinition>();
  readonly #byProgram = new Map<string, CompiledDefinition[]>();
  readonly #byProgramStart: { readonly start: string; readonly one: CompiledDefinition }[] = [];
  readonly #byMember = new Map<string, CompiledDefinition[]>();
  /** Parsers of lines without a syslog header, and of messages whose program has none. */
  readonly #bare: { readonly candidate: Candidate; readonly shapes: readonly string[] }[] = [];
  readonly #remembered = new Map<string, readonly Candidate[]>();
  readonly #pairs = new TextPairs();

  constructor(definitions: readonly ParserDefinition[]) {
    this.#all = definitions.map(compileDefinition).sort(byPriority);
    for (const one of this.#all) this.#index(one);
  }

  get definitions(): readonly ParserDefinition[] {
    return this.#all.map(({ definition }) => definition);
  }

  has(name: string): boolean {
    return this.#byName.has(name);
  }

  #index(one: CompiledDefinition): void {
    const { name, place } = one.definition;
    this.#byName.set(name, one);
    for (const program of place.programs) {
      if (program.endsWith("*")) this.#byProgramStart.push({ start: program.slice(0, -1), one });
      else pushTo(this.#byProgram, program, one);
    }
    const [member] = one.jsonTests;
    if (member !== undefined) pushTo(this.#byMember, member.segments[0] ?? "", one);
    else if (place.bare) this.#bare.push({ candidate: candidateOf(one), shapes: shapesOf(one) });
  }

  /** Parsers of a program's messages; empty when the program has none of its own. */
  #ofProgram(program: string): readonly CompiledDefinition[] {
    const name = programName(program);
    const exact = this.#byProgram.get(name);
    if (exact !== undefined) return exact;
    return this.#byProgramStart.filter(({ start }) => name.startsWith(start)).map(({ one }) => one);
  }

  #ofShape(text: string): readonly Candidate[] {
    const shape = shapeOf(text);
    const known = this.#remembered.get(shape);
    if (known !== undefined) return known;
    const found = this.#bare
      .filter(({ shapes }) => shapes.some((start) => shape.startsWith(start.slice(0, SHAPE_CHARS))))
      .map(({ candidate }) => candidate);
    // Shapes are of senders' making: those beyond the bound are worked out again each time.
    if (this.#remembered.size < MAX_SHAPES) this.#remembered.set(shape, found);
    return found;
  }

  /** A syslog message: by its program, else as a line of its own. */
  readMessage(program: string | undefined, text: string, reading: Reading): Outcome | undefined {
    if (program !== undefined) {
      const own = firstOutcome(this.#ofProgram(program), text, reading);
      if (own !== undefined) return own;
    }
    return this.readLine(text, reading);
  }

  /** The parser of a program whose message nothing understood: its log source holds all the same. */
  programSource(program: string): LogSource | undefined {
    for (const { definition } of this.#ofProgram(program)) {
      const usual = definition.logsources.find(({ when }) => Object.keys(when).length === 0)?.source;
      // A category says what a message is about: the kernel's other messages are no firewall's.
      if (usual !== undefined && usual.category === undefined) return usual;
    }
    return undefined;
  }

  readLine(text: string, reading: Reading): Outcome | undefined {
    const candidates = this.#ofShape(text);
    if (candidates.length === 0) return undefined;
    this.#pairs.load(text);
    // Chosen before any is read: a reading may look at another text, and the pairs are of one text at a time.
    const fitting = candidates.filter(({ pairs }) => pairs.some((some) => this.#pairs.hasAll(some)));
    return firstOutcome(
      fitting.map(({ one }) => one),
      text,
      reading,
    );
  }

  readJson(record: JsonObject, reading: Reading): Outcome | undefined {
    if (this.#byMember.size === 0) return undefined;
    let best: CompiledDefinition[] | undefined;
    for (const member in record) {
      const candidates = this.#byMember.get(member);
      if (candidates === undefined) continue;
      const fitting = candidates.filter((one) => jsonHolds(record, one.jsonTests));
      if (fitting.length > 0) best = best === undefined ? fitting : [...best, ...fitting];
    }
    if (best === undefined) return undefined;
    for (const one of best.sort(byPriority)) {
      const outcome = one.read("", reading, record);
      if (outcome !== undefined) return outcome;
    }
    return undefined;
  }

  /** The first of these that fits, whatever program or beginning they ask for. */
  readNamed(names: readonly string[], text: string, reading: Reading): Outcome | undefined {
    for (const name of names) {
      const one = this.#byName.get(name);
      const outcome = one === undefined ? undefined : readWith(one, text, reading);
      if (outcome !== undefined) return outcome;
    }
    return undefined;
  }

  /** For people: which pattern understood most of a text that no parser took. */
  nearest(text: string, program: string | undefined): NearMiss | undefined {
    const own = program === undefined ? [] : this.#ofProgram(program);
    let miss: NearMiss | undefined;
    let most = LEAST_UNDERSTOOD;
    for (const { definition, patterns } of own.length > 0 ? own : this.#all) {
      for (const { rule, compiled } of patterns) {
        if (compiled.run(text)) {
          compiled.take(newFields(), NO_READING);
          continue;
        }
        if (compiled.understood <= most) continue;
        most = compiled.understood;
        const { name, file } = definition;
        miss = { name, file, line: rule.line, at: compiled.furthest, expected: compiled.expected };
      }
    }
    return miss;
  }
}

function pushTo(map: Map<string, CompiledDefinition[]>, key: string, one: CompiledDefinition): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [one]);
  else list.push(one);
}

/** The beginnings and words a definition asks for; checked only where the index did not. */
function mayRead({ definition: { place } }: CompiledDefinition, text: string): boolean {
  if (place.starts.length > 0 && !place.starts.some((start) => text.startsWith(start))) return false;
  return place.contains.every((word) => text.includes(word));
}

function firstOutcome(candidates: readonly CompiledDefinition[], text: string, reading: Reading): Outcome | undefined {
  for (const one of candidates) {
    if (one.jsonTests.length > 0 || !mayRead(one, text)) continue;
    const outcome = one.read(text, reading);
    if (outcome !== undefined) return outcome;
  }
  return undefined;
}

function readWith(one: CompiledDefinition, text: string, reading: Reading): Outcome | undefined {
  if (one.jsonTests.length === 0) return one.read(text, reading);
  try {
    const record: unknown = JSON.parse(text);
    return typeof record === "object" && record !== null ? one.read(text, reading, record as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
