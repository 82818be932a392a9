import type { ExceptionDraft, ExceptionOperator, ExceptionTest } from "../../../api/rule-types.ts";
import type { StoredEvent } from "../../../api/types.ts";

export const OPERATORS = [
  "equals",
  "contains",
  "startswith",
  "endswith",
  "cidr",
  "re",
] as const satisfies readonly ExceptionOperator[];

export interface TestRow {
  readonly key: number;
  readonly field: string;
  readonly op: ExceptionOperator;
  /** One value a line: a pasted list is a list. */
  readonly values: string;
}

export interface ExceptionForm {
  readonly title: string;
  readonly reason: string;
  readonly owner: string;
  /** A day of the local calendar, "2026-12-21"; empty with `endless`. */
  readonly until: string;
  readonly endless: boolean;
  readonly mode: "tests" | "text";
  readonly rows: readonly TestRow[];
  readonly text: string;
  readonly accepted: boolean;
}

export const DEFAULT_DAYS = 30;
const DAY_MS = 86_400_000;

/** Local calendar day of an instant, as date fields write it. */
export function dayOf(at: Date): string {
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

export function newForm(owner: string, tests: readonly ExceptionTest[], now: Date): ExceptionForm {
  const rows = tests.length === 0 ? [{ field: "", op: "equals" as const, values: [""] }] : tests;
  return {
    title: "",
    reason: "",
    owner,
    until: dayOf(new Date(now.getTime() + DEFAULT_DAYS * DAY_MS)),
    endless: false,
    mode: "tests",
    rows: rows.map(({ field, op, values }, key) => ({ key, field, op, values: values.join("\n") })),
    text: "",
    accepted: false,
  };
}

function testOf({ field, op, values }: TestRow): ExceptionTest | undefined {
  const listed = [...new Set(values.split("\n").map((value) => value.replace(/\r$/u, "")))].filter(
    (value) => value !== "",
  );
  return field.trim() === "" || listed.length === 0 ? undefined : { field: field.trim(), op, values: listed };
}

/** The end of the chosen day where the person is; null when it has none or the field is not a day. */
export function untilOf({ until, endless }: ExceptionForm): string | null {
  if (endless || until === "") return null;
  const end = new Date(`${until}T23:59:59`);
  return Number.isNaN(end.getTime()) ? null : end.toISOString();
}

/** What narrows the rule; undefined while it is not whole. */
export function conditionOf(form: ExceptionForm): Pick<ExceptionDraft, "tests" | "text"> | undefined {
  if (form.mode === "text") return form.text.trim() === "" ? undefined : { text: form.text };
  const filled = form.rows.filter(({ field, values }) => field.trim() !== "" || values.trim() !== "");
  const tests = filled.map(testOf);
  if (tests.length === 0 || tests.includes(undefined)) return undefined;
  return { tests: tests.filter((test) => test !== undefined) };
}

export function draftOf(form: ExceptionForm): ExceptionDraft | undefined {
  const condition = conditionOf(form);
  if (condition === undefined) return undefined;
  return {
    title: form.title.trim(),
    reason: form.reason.trim(),
    until: untilOf(form),
    ...(form.owner.trim() === "" ? {} : { owner: form.owner.trim() }),
    ...condition,
    ...(form.accepted ? { acceptHidingTruePositives: true } : {}),
  };
}

/** Names and texts of an event's own fields: what a rule, and so an exception, can look at. */
export function fieldsOfEvent(event: StoredEvent): { readonly field: string; readonly value: string }[] {
  return Object.entries(event.fields).flatMap(([field, value]) => {
    const single = Array.isArray(value) ? value[0] : value;
    return single === null || single === undefined || String(single) === "" ? [] : [{ field, value: String(single) }];
  });
}

/** The fields of the event that hold what the alert is about, first the shortest name: `Computer` before its copies. */
export function testsFor(event: StoredEvent, entity: string): ExceptionTest[] {
  const wanted = entity.toLowerCase();
  const found = fieldsOfEvent(event)
    .filter(({ value }) => value.toLowerCase() === wanted)
    .toSorted((a, b) => a.field.length - b.field.length)[0];
  return found === undefined ? [] : [{ field: found.field, op: "equals", values: [found.value] }];
}
