import { randomUUID } from "node:crypto";
import { ContentFault, Fault, type Instant } from "../../../kernel/index.ts";
import type { Clock } from "../../../platform/clock/index.ts";
import type { LakeStore } from "../../lake/index.ts";
import { plainSource } from "../core/data-source.ts";
import { bodyOf, type ExceptionTest } from "../core/exception.ts";
import type { Rule, SigmaFilter } from "../core/sigma/index.ts";
import type { LibraryException } from "../library/catalogue.ts";
import type { Asker, LedgerEntry } from "../library/ledger.ts";
import type { RuleLibrary } from "../library/library.ts";
import { MAX_EXCEPTIONS_PER_RULE } from "../limits.ts";
import type { TrackRecord } from "../track-record.ts";
import { buildException } from "./build.ts";
import { type Preview, previewException } from "./preview.ts";
import { changeException, endException, type ExceptionRecord, insertException } from "./store.ts";

/** An exception as somebody wishes it: by tests that must all hold, or by a text of selections and condition. */
export interface ExceptionWish {
  readonly title: string;
  readonly reason: string;
  readonly owner: string | undefined;
  readonly from: Instant | null;
  readonly until: Instant | null;
  readonly tests: readonly ExceptionTest[] | undefined;
  readonly text: string | undefined;
}

interface Deps {
  readonly library: RuleLibrary;
  readonly clock: Clock;
  readonly events: Pick<LakeStore, "search">;
  readonly trackRecord: TrackRecord;
}

/** Exceptions of rules: made, judged against what was, changed and ended. Ended ones stay to be read. */
export class RuleExceptions {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** What it would have hidden in the last days, and which confirmed true positives ever. */
  async preview(ruleId: string, wish: ExceptionWish, by: Asker, signal?: AbortSignal): Promise<Preview> {
    const { record, rule } = this.#draft(ruleId, wish, by);
    return this.#previewOf({ rule, filter: this.#build(record) }, signal);
  }

  async create(
    ruleId: string,
    wish: ExceptionWish & { readonly mayHideTruePositives: boolean },
    by: Asker,
    signal?: AbortSignal,
  ): Promise<LibraryException> {
    const { library } = this.#deps;
    const { record, rule } = this.#draft(ruleId, wish, by);
    const filter = this.#build(record);
    if (!wish.mayHideTruePositives) {
      const { truePositives } = await this.#previewOf({ rule, filter }, signal);
      refuseHiding(truePositives);
    }
    const details = { title: record.title, reason: record.reason, owner: record.owner, exception: record.id };
    const check = (): LedgerEntry => {
      const { rule: known } = library.get(ruleId);
      this.#refuseMany(ruleId);
      const deed = { ruleId, action: "exception-added" as const, version: known.version };
      const object = { kind: "rule", id: ruleId };
      const accepted = { ...details, mayHideTruePositives: wish.mayHideTruePositives };
      return { verb: "detection.exception.added", object, details: accepted, history: [{ ...deed, details }] };
    };
    await library.writeException(by, check, (tx) => insertException(tx, record));
    return library.exception(record.id);
  }

  async change(
    id: string,
    change: { readonly until?: Instant | null; readonly reason?: string },
    by: Asker,
  ): Promise<LibraryException> {
    const { library } = this.#deps;
    let next = library.exception(id).record;
    const check = (): LedgerEntry | undefined => {
      const { record } = library.exception(id);
      refuseEnded(record);
      if (change.until !== undefined) this.#refusePeriod(record.from, change.until);
      next = { ...record, until: change.until === undefined ? record.until : change.until };
      next = { ...next, reason: change.reason ?? record.reason };
      if (next.until === record.until && next.reason === record.reason) return undefined;
      const changed = {
        ...(next.until === record.until ? {} : { until: { from: isoOrNull(record.until), to: isoOrNull(next.until) } }),
        ...(next.reason === record.reason ? {} : { reason: { from: record.reason, to: next.reason } }),
      };
      return this.#entryOf(record, { verb: "detection.exception.changed", action: "exception-changed", more: changed });
    };
    await library.writeException(by, check, (tx) => changeException(tx, id, next));
    return library.exception(id);
  }

  async end(id: string, by: Asker): Promise<LibraryException> {
    const { library } = this.#deps;
    const check = (): LedgerEntry => {
      const { record } = library.exception(id);
      refuseEnded(record);
      return this.#entryOf(record, { verb: "detection.exception.ended", action: "exception-ended", more: {} });
    };
    await library.writeException(by, check, (tx, stamp) => endException(tx, id, stamp));
    return library.exception(id);
  }

  #draft(ruleId: string, wish: ExceptionWish, by: Asker): { record: ExceptionRecord; rule: Rule } {
    const { library, clock } = this.#deps;
    const { rule } = library.get(ruleId);
    if (rule.kind !== "detection") {
      const params = { id: ruleId, kind: rule.kind };
      throw new Fault("invalid", "detection.exception.kind", "make the exception on the rules under it", params);
    }
    if ((wish.tests === undefined) === (wish.text === undefined))
      throw new Fault("invalid", "detection.exception.shape", "give tests or a text, and not both");
    this.#refusePeriod(wish.from, wish.until);
    for (const { op, values } of wish.tests ?? []) {
      // An empty text lies in every value: the exception would hide everything.
      if (op !== "equals" && values.includes(""))
        throw new Fault("invalid", "detection.exception.empty_value", "only equals may ask for an empty value", { op });
    }
    const record: ExceptionRecord = {
      id: randomUUID(),
      ruleId,
      logsource: plainSource(rule.logsource),
      title: wish.title,
      reason: wish.reason,
      owner: wish.owner ?? by.who.name,
      createdAt: clock.now(),
      createdBy: by.who.name,
      from: wish.from,
      until: wish.until,
      endedAt: null,
      endedBy: null,
      body: wish.tests === undefined ? (wish.text ?? "") : bodyOf(wish.tests),
      tests: wish.tests ?? null,
    };
    return { record, rule };
  }

  #build(record: ExceptionRecord): SigmaFilter {
    const built = buildException(record, this.#deps.library.logSources.placeholders);
    if ("filter" in built) return built.filter;
    throw new ContentFault("detection.exception.refused", "the exception is not a Sigma filter", built.problems);
  }

  #previewOf(what: { rule: Rule; filter: SigmaFilter }, signal: AbortSignal | undefined): Promise<Preview> {
    const { library, clock, events, trackRecord } = this.#deps;
    const deps = { events, trackRecord, logSources: library.logSources };
    const above = library.correlationsAbove(what.rule.id);
    return previewException(deps, { ...what, above, now: clock.now(), ...(signal === undefined ? {} : { signal }) });
  }

  #refusePeriod(from: Instant | null, until: Instant | null): void {
    if (until === null || until > Math.max(from ?? 0, this.#deps.clock.now())) return;
    throw new Fault("invalid", "detection.exception.period", "it must end in the future and after it begins");
  }

  #refuseMany(ruleId: string): void {
    const { library } = this.#deps;
    const held = library
      .exceptions(ruleId)
      .filter(({ record }) => ["active", "planned"].includes(library.exceptionState(record))).length;
    if (held < MAX_EXCEPTIONS_PER_RULE) return;
    const limit = { limit: MAX_EXCEPTIONS_PER_RULE };
    throw new Fault("conflict", "detection.exception.too_many", "the rule has too many exceptions: change it", limit);
  }

  #entryOf(
    record: ExceptionRecord,
    what: {
      readonly verb: string;
      readonly action: "exception-changed" | "exception-ended";
      readonly more: Readonly<Record<string, unknown>>;
    },
  ): LedgerEntry {
    const { ruleId, id, title } = record;
    const details = { title, exception: id, ...what.more };
    const version = this.#deps.library.find(ruleId)?.rule.version ?? null;
    const history = [{ ruleId, action: what.action, details, version }];
    return { verb: what.verb, object: { kind: "rule", id: ruleId }, details, history };
  }
}

function refuseHiding(hidden: Preview["truePositives"]): void {
  const [first] = hidden;
  if (first === undefined) return;
  const params = { count: hidden.length, alertId: first.alertId, title: first.alertTitle };
  throw new Fault(
    "conflict",
    "detection.exception.hides_true_positive",
    `it would hide ${hidden.length} confirmed true positives`,
    params,
  );
}

function refuseEnded({ endedAt, id }: ExceptionRecord): void {
  if (endedAt !== null) throw new Fault("conflict", "detection.exception.ended", "the exception has ended", { id });
}

function isoOrNull(at: Instant | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
