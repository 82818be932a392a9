/**
 * Correlations of a scan. All files are read before the first window opens, so there is no lateness and no arrival:
 * matches are put in the order of their times, and time passes as the events say.
 */
import { createHash } from "node:crypto";
import type { FieldValue } from "../../kernel/index.ts";
import { type CorrelationFinding, type CorrelationPlan, Correlator } from "../../modules/detection/matching.ts";
import type { ScanFinding, ScanRule } from "./protocol.ts";

/** Matches kept until all files are read. */
const MAX_KEPT = 2_000_000;

/** A match as it waits for the end of reading. */
type Kept = Pick<ScanFinding, "file" | "line" | "time" | "host"> & NonNullable<ScanFinding["correlates"]>;

const hash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 32);

export class ScanCorrelations {
  readonly #plan: CorrelationPlan;
  readonly #placeOf: ReadonlyMap<string, number>;
  readonly #kept: Kept[] = [];
  #leftOut = 0;

  /** `findable`: what a finding's rule is an index into. */
  constructor(plan: CorrelationPlan, findable: readonly ScanRule[]) {
    this.#plan = plan;
    this.#placeOf = new Map(findable.map(({ id }, place) => [id, place]));
  }

  /** Matches that no window can take: they have no time, or were too many to keep. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** In the order of the files, which decides between events of the same time. */
  add(findings: readonly ScanFinding[]): void {
    for (const { correlates, timeMissing, file, line, time, host } of findings) {
      if (correlates === undefined) continue;
      if (timeMissing || this.#kept.length >= MAX_KEPT) this.#leftOut += 1;
      else this.#kept.push({ ...correlates, file, line, time, host });
    }
  }

  /** What came true, in the order in which it did; the same for the same files whatever thread was faster. */
  findings(): ScanFinding[] {
    if (this.#plan.nodes.length === 0) return [];
    // Ids sort like the records stand in the scan; a record several rules matched is one event.
    const byId = new Map<string, Kept>();
    const inputs = this.#kept.map((kept) => ({ kept, eventId: "" }));
    const numbers = new RecordNumbers();
    for (const input of inputs) {
      input.eventId = String(numbers.numberOf(input.kept)).padStart(12, "0");
      byId.set(input.eventId, input.kept);
    }
    const correlator = new Correlator(this.#plan, { hash });
    for (const { kept, eventId } of inputs.sort((a, b) => a.kept.time - b.kept.time)) {
      const { input, time, values, host } = kept;
      correlator.take({ input, time, receivedAt: time, eventId, values, anchor: host });
    }
    correlator.finish();
    return correlator.drain().flatMap((found) => this.#placed(found, byId));
  }

  #placed(found: CorrelationFinding, byId: ReadonlyMap<string, Kept>): ScanFinding[] {
    const rule = this.#placeOf.get(found.correlationId);
    const events = found.events.flatMap(({ id, time, ruleId }) => {
      const place = byId.get(id);
      return place === undefined ? [] : [{ file: place.file, line: place.line, time, ruleId }];
    });
    const last = events.at(-1);
    // One whose level is not asked for still feeds others.
    if (rule === undefined || last === undefined) return [];
    const { group, from, to, count, value } = found;
    const correlation = { group, from, to, count, value, events };
    const host = found.anchor as string | null;
    const { file, line } = last;
    return [{ rule, file, line, time: to, timeMissing: false, host, fields: fieldsOf(group), correlation }];
  }
}

/** Numbers the records that matches come from. */
class RecordNumbers {
  #number = 0;
  #record: Kept | undefined;
  readonly #inputs = new Set<number>();

  /** Matches of one record follow one another; several records may share a line, but none matches a rule twice. */
  numberOf(kept: Kept): number {
    const { file, line, time, input } = kept;
    const isSame = this.#record?.file === file && this.#record.line === line && this.#record.time === time;
    if (!isSame || this.#inputs.has(input)) {
      this.#number += 1;
      this.#inputs.clear();
    }
    this.#record = kept;
    this.#inputs.add(input);
    return this.#number;
  }
}

/** The group as a reader looks for it: like fields of an event. */
function fieldsOf(group: CorrelationFinding["group"]): ScanFinding["fields"] {
  const fields: Record<string, FieldValue> = Object.create(null);
  for (const { field, value } of group) fields[field] = value;
  return fields;
}
