/**
 * Exceptions as Sigma filters (specification 2.1, "Sigma Filters"): what a person states becomes a document any Sigma
 * reader takes, with owner, reason and period in our own attribute.
 */
import type { Instant, LogSource } from "../../../kernel/index.ts";
import { toIso } from "../../../kernel/index.ts";

export interface ExceptionTest {
  readonly field: string;
  readonly op: "equals" | "contains" | "startswith" | "endswith" | "cidr" | "re";
  readonly values: readonly string[];
}

export type ExceptionState = "active" | "planned" | "expired" | "ended";

export interface ExceptionDocument {
  readonly id: string;
  readonly ruleId: string;
  readonly logsource: LogSource;
  readonly title: string;
  readonly reason: string;
  readonly owner: string;
  readonly createdAt: Instant;
  readonly from: Instant | null;
  readonly until: Instant | null;
  /** Selections and condition, indented as the author likes. */
  readonly body: string;
}

export function stateOf(
  exception: { readonly from: Instant | null; readonly until: Instant | null; readonly endedAt: Instant | null },
  now: Instant,
): ExceptionState {
  if (exception.endedAt !== null) return "ended";
  if (exception.until !== null && exception.until <= now) return "expired";
  return exception.from !== null && exception.from > now ? "planned" : "active";
}

/** Selections and condition that hide what fulfils all the tests. */
export function bodyOf(tests: readonly ExceptionTest[]): string {
  const names = tests.map((_, index) => (tests.length === 1 ? "exception" : `exception_${index + 1}`));
  const selections = tests.flatMap((test, index) => [
    `${names[index]}:`,
    `  ${quoted(test.op === "equals" ? test.field : `${test.field}|${test.op}`)}:`,
    ...test.values.map((value) => `    - ${quoted(isLiteral(test.op) ? literal(value) : value)}`),
  ]);
  // One selection per test: two tests of one field and operator would be one key twice.
  const condition = tests.length === 1 ? "not exception" : `not (${names.join(" and ")})`;
  return [...selections, `condition: ${condition}`, ""].join("\n");
}

function isLiteral(op: ExceptionTest["op"]): boolean {
  return op !== "cidr" && op !== "re";
}

/** The value as it stands in an event, written so that Sigma reads no wildcard into it. */
function literal(value: string): string {
  return value.replaceAll(/[\\*?]/gu, String.raw`\$&`);
}

/** The whole document. `firstLine` is the line of the document on which the author's own text begins. */
export function documentOf(exception: ExceptionDocument): { text: string; firstLine: number } {
  const { product, category, service } = exception.logsource;
  const head = [
    `title: ${quoted(exception.title)}`,
    `id: ${quoted(exception.id)}`,
    "status: stable",
    `description: ${quoted(exception.reason)}`,
    `author: ${quoted(exception.owner)}`,
    `date: ${toIso(exception.createdAt).slice(0, 10)}`,
    "logsource:",
    ...(product === undefined ? [] : [`  product: ${quoted(product)}`]),
    ...(category === undefined ? [] : [`  category: ${quoted(category)}`]),
    ...(service === undefined ? [] : [`  service: ${quoted(service)}`]),
    "x-khien:",
    `  owner: ${quoted(exception.owner)}`,
    `  reason: ${quoted(exception.reason)}`,
    ...(exception.from === null ? [] : [`  from: ${quoted(toIso(exception.from))}`]),
    ...(exception.until === null ? [] : [`  until: ${quoted(toIso(exception.until))}`]),
    "filter:",
    "  rules:",
    `    - ${quoted(exception.ruleId)}`,
  ];
  const body = exception.body.replaceAll(/\r\n?/gu, "\n").trimEnd().split("\n");
  // Empty lines stay empty, so that block texts keep their shape.
  const inner = body.map((line) => (line === "" ? "" : `  ${line}`));
  return { text: `${[...head, ...inner].join("\n")}\n`, firstLine: head.length + 1 };
}

/** A double-quoted YAML scalar: JSON, and what JSON leaves as it is but YAML calls unprintable is escaped too. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}
