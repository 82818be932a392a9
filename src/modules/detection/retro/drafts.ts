import { Fault, type KhienEvent, toIso } from "../../../kernel/index.ts";
import { compileLinearRegex } from "../../../platform/regex/index.ts";
import type { z } from "../../../platform/schema/index.ts";
import { yamlParser } from "../../../platform/yaml/index.ts";
import type { LakeStore } from "../../lake/index.ts";
import type { AttackTables } from "../attack/table.ts";
import type { RuleDocument } from "../core/references.ts";
import {
  compileDetection,
  type CorrelationFinding,
  type Detector,
  isFed,
  partOf,
  type Rule,
} from "../core/sigma/index.ts";
import { applyFix } from "../lint/fix.ts";
import { type LintedFile, lintText } from "../lint/lint.ts";
import type { LintContext } from "../lint/remark.ts";
import { huntQuery } from "./convert.ts";
import { presentExplanation } from "./explanation.ts";
import { toEvent } from "./hunt.ts";
import { MAX_DRAFT_DOCUMENTS, MAX_DRAFT_RECORDS, MAX_TOLD_PROBLEMS } from "./limits.ts";
import { TargetMatcher } from "./matcher.ts";
import type { DraftCheck, DraftEvent, DraftFinding, DraftProblem, DraftTest } from "./schemas.ts";
import type { HuntLibrary } from "./service.ts";
import { targetOf } from "./target.ts";

export interface DraftDeps {
  readonly library: HuntLibrary;
  readonly attack: AttackTables;
  readonly store: Pick<LakeStore, "event">;
  /** Pasted text as events, as if it had come through a door; more than `most` is a Fault. */
  readonly parseLines: (text: string, most: number) => Promise<readonly KhienEvent[]>;
  readonly today: () => string;
}

export interface DraftTestAsk {
  readonly text: string;
  readonly lines?: string | undefined;
  readonly eventIds?: readonly string[] | undefined;
}

/** Name under which complaints speak of a text that was sent. */
const FILE = "rule.yml";

/** Rule texts that are being written: checked, linted, tried on events. Nothing is stored. */
export class Drafts {
  readonly #deps: DraftDeps;

  constructor(deps: DraftDeps) {
    this.#deps = deps;
  }

  check(text: string): z.input<typeof DraftCheck> {
    const { library } = this.#deps;
    const linted = this.#lint(text);
    const rule = linted.parsed.rules.find((one) => partOf(one) === undefined);
    const query = rule === undefined ? undefined : huntQuery(rule, library.logSources);
    return {
      documents: documentsOf(linted).map((document) => ({
        kind: document.kind,
        id: document.id,
        title: document.title,
        level: document.level,
        line: document.line,
        fed: this.#isFed(document, linted),
      })),
      problems: problemsOf(linted),
      lint: linted.remarks.slice(0, MAX_TOLD_PROBLEMS).map(({ line, code, level, message, hint, fix }) => ({
        line,
        code: `lint.${code}`,
        level,
        message,
        hint: hint ?? null,
        fix: fix === undefined ? null : { description: fix.description, text: applyFix(text, fix) },
      })),
      query: query?.text ?? null,
      queryExact: query?.exact ?? false,
    };
  }

  /** Documents that would run; a Fault names the first thing that keeps one from it. */
  read(text: string): readonly RuleDocument[] {
    const linted = this.#lint(text);
    const [problem] = linted.problems;
    if (problem === undefined) return documentsOf(linted);
    const { line, code, message } = problem;
    throw new Fault("invalid", "detection.draft.problem", `line ${line}: ${message}`, { line, problem: code, message });
  }

  async test(ask: DraftTestAsk, signal: AbortSignal): Promise<z.input<typeof DraftTest>> {
    const linted = this.#lint(ask.text);
    const problems = problemsOf(linted);
    const pasted = await this.#deps.parseLines(ask.lines ?? "", MAX_DRAFT_RECORDS);
    const { events: stored, missing } = await this.#stored(ask.eventIds ?? [], signal);
    const events = [...pasted, ...stored];
    const storedFrom = pasted.length;
    const usable = linted.parsed.rules.filter((rule) => !linted.problems.some((one) => within(one.line, rule, linted)));
    const { filters } = linted.parsed;
    const set = compileDetection({ rules: usable, filters, ...this.#options() });
    return {
      events: events.map((event, index) => presentEvent(event, { index, isStored: index >= storedFrom, set })),
      findings: this.#correlate(linted, events),
      problems,
      missing,
    };
  }

  #lint(text: string): LintedFile {
    const { library, attack, today } = this.#deps;
    const context: LintContext = {
      documents: yamlParser,
      regex: { compile: compileLinearRegex },
      map: library.logSources,
      attack,
      known: library.documents(),
      today: today(),
      newId: () => crypto.randomUUID(),
    };
    const linted = lintText(text, FILE, context);
    const count = documentsOf(linted).length;
    if (count <= MAX_DRAFT_DOCUMENTS) return linted;
    const params = { count, limit: MAX_DRAFT_DOCUMENTS };
    throw new Fault("too_large", "detection.draft.too_many", "too many documents in one text", params);
  }

  #options() {
    return { regex: { compile: compileLinearRegex }, logSourceMap: this.#deps.library.logSources };
  }

  #isFed(document: RuleDocument, linted: LintedFile): boolean | null {
    const { library } = this.#deps;
    if (document.kind === "filter") return null;
    if (document.kind === "detection") return isFed(document.logsource, library.logSources);
    const known = [...documentsOf(linted), ...linted.parsed.rules, ...library.documents()];
    const bases = document.rules.map(({ text }) => known.find(({ id, name }) => id === text || name === text));
    return bases.every((base) => base?.kind !== "detection" || isFed(base.logsource, library.logSources));
  }

  async #stored(
    ids: readonly string[],
    signal: AbortSignal,
  ): Promise<{ events: readonly KhienEvent[]; missing: string[] }> {
    const events: KhienEvent[] = [];
    const missing: string[] = [];
    for (const id of new Set(ids)) {
      const found = await this.#deps.store.event(id, { signal });
      if (found === undefined) missing.push(id);
      else events.push(toEvent(found));
    }
    return { events, missing };
  }

  /** Every correlation of the text over the events taken together, in the order of their time. */
  #correlate(linted: LintedFile, events: readonly KhienEvent[]): z.input<typeof DraftFinding>[] {
    const { library } = this.#deps;
    const own = [...linted.parsed.rules, ...linted.parsed.correlations, ...linted.parsed.filters];
    const known = [...own, ...library.documents().filter(({ kind }) => kind !== "filter")];
    const ordered = events
      .map((event, index) => ({ event: distinct(event, index), index }))
      .toSorted((a, b) => a.event.time - b.event.time || (a.event.id < b.event.id ? -1 : 1));
    const origin = new Map(
      ordered.map(({ event, index }) => [event.id as string, { index, id: events[index]?.id ?? "" }]),
    );
    return linted.parsed.correlations.flatMap((correlation) => {
      let matcher: TargetMatcher;
      try {
        matcher = new TargetMatcher(targetOf(correlation, known), library.logSources);
      } catch (error) {
        // What it refers to is not here: told as a remark of lint.
        if (error instanceof Fault) return [];
        throw error;
      }
      const matches = [...ordered.flatMap(({ event }) => [...matcher.take(event)]), ...matcher.finish()];
      return matches.flatMap(({ found }) =>
        found === undefined ? [] : [presentFinding(found, correlation.title, origin)],
      );
    });
  }
}

/** Pasted records that say the same have the same id; here each is an event of its own. */
function distinct(event: KhienEvent, index: number): KhienEvent {
  const id = `${event.id.slice(0, 24)}${index.toString(16).padStart(8, "0")}` as KhienEvent["id"];
  return { ...event, id };
}

/** Without the parts a translated aggregation brings along. */
function documentsOf({ parsed }: LintedFile): readonly RuleDocument[] {
  return [...parsed.rules.filter((rule) => partOf(rule) === undefined), ...parsed.correlations, ...parsed.filters];
}

function problemsOf({ problems }: LintedFile): z.input<typeof DraftProblem>[] {
  return problems.slice(0, MAX_TOLD_PROBLEMS).map(({ line, column, code, message, hint }) => ({
    line,
    column: column ?? null,
    code,
    message,
    hint: hint ?? null,
  }));
}

/** Whether the line lies in this rule's document. */
function within(line: number, rule: Rule, { parsed }: LintedFile): boolean {
  const starts = [...parsed.rules, ...parsed.correlations, ...parsed.filters].map((one) => one.line);
  const next = starts.filter((start) => start > rule.line).toSorted((a, b) => a - b)[0] ?? Number.POSITIVE_INFINITY;
  return line >= rule.line && line < next;
}

const NO_EXPLANATION = { condition: "", matched: [], selections: [] };

function presentEvent(
  event: KhienEvent,
  { index, isStored, set }: { readonly index: number; readonly isStored: boolean; readonly set: Detector },
): z.input<typeof DraftEvent> {
  // A filter of the draft takes away what its rule alone would match.
  const passing = new Set(set.match(event, event.ingestedAt).rules.map(({ id }) => id));
  const rules = set.rules.map((rule) => {
    const why = set.explain(rule, event);
    return {
      ruleId: rule.id,
      title: rule.title,
      matched: passing.has(rule.id),
      reachedLogSource: why.routed,
      explanation: presentExplanation(why),
    };
  });
  const telling = rules.find(({ matched }) => matched) ?? rules.find((one) => one.reachedLogSource) ?? rules[0];
  return {
    index,
    eventId: isStored ? event.id : null,
    time: toIso(event.time),
    logsource: event.logsource,
    format: event.format,
    fields: { ...event.fields } as z.input<typeof DraftEvent>["fields"],
    raw: event.raw,
    parseFailure: event.parseFailure ?? null,
    matched: rules.some(({ matched }) => matched),
    reachedLogSource: rules.some((one) => one.reachedLogSource),
    explanation: telling?.explanation ?? NO_EXPLANATION,
    rules,
  };
}

function presentFinding(
  found: CorrelationFinding,
  title: string,
  origin: ReadonlyMap<string, { readonly index: number; readonly id: string }>,
): z.input<typeof DraftFinding> {
  return {
    ruleId: found.correlationId,
    title,
    group: [...found.group],
    from: toIso(found.from),
    to: toIso(found.to),
    count: found.count,
    value: found.value,
    events: found.events.map(({ id, time, ruleId }) => ({
      index: origin.get(id)?.index ?? null,
      id: origin.get(id)?.id ?? id,
      time: toIso(time),
      ruleId,
    })),
  };
}
