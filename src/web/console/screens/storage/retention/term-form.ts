/** A term as the form holds it, and as the server takes it. */
import type { RetentionRule, StoredSource, Term, TermInput } from "../../../api/storage-types.ts";

export const UNITS = ["D", "M", "Y"] as const;
export type Unit = (typeof UNITS)[number];
export const PARTS = ["sensor", "product", "category", "service"] as const;
type Part = (typeof PARTS)[number];

export interface TermForm extends Readonly<Record<Part, string>> {
  readonly name: string;
  readonly basis: "own" | "law";
  readonly rule: string;
  readonly level: string;
  readonly count: string;
  readonly unit: Unit;
}

const EMPTY: TermForm = {
  name: "",
  sensor: "*",
  product: "*",
  category: "*",
  service: "*",
  basis: "own",
  rule: "",
  level: "",
  count: "90",
  unit: "D",
};
const KEEP = /^P(\d{1,4})([DMY])$/u;

export function formOf(term: Term | undefined, rule: RetentionRule | undefined): TermForm {
  if (term === undefined) {
    return rule === undefined ? EMPTY : { ...EMPTY, name: rule.instrument, ...lawOf(rule) };
  }
  const [, count = EMPTY.count, unit = EMPTY.unit] = KEEP.exec(term.keep ?? "") ?? [];
  return {
    name: term.name,
    sensor: term.sensor,
    product: term.product,
    category: term.category,
    service: term.service,
    basis: term.rule === null ? "own" : "law",
    rule: term.rule ?? "",
    level: term.level === null ? "" : String(term.level),
    count,
    unit: UNITS.find((each) => each === unit) ?? "D",
  };
}

/** A rule with levels begins at the strictest: too long is mended, too short is gone. */
export function lawOf(rule: RetentionRule): Pick<TermForm, "basis" | "rule" | "level"> {
  return { basis: "law", rule: rule.id, level: Object.keys(rule.keep_by_level ?? {}).at(-1) ?? "" };
}

export function inputOf(form: TermForm): TermInput {
  const { name, sensor, product, category, service, basis, rule, level, count, unit } = form;
  const sources = Object.fromEntries(
    Object.entries({ sensor, product, category, service }).map(([part, text]) => [part, text.trim() || "*"]),
  );
  return {
    name: name.trim(),
    ...sources,
    ...(basis === "own"
      ? { keep: `P${Number(count)}${unit}` }
      : { rule, ...(level === "" ? {} : { level: Number(level) }) }),
  };
}

/** What is kept now and the term would be about. The server decides by the same patterns: `*` stands for any text. */
export function sourcesThatFit(form: TermForm, sources: readonly StoredSource[]): readonly StoredSource[] {
  const patterns = PARTS.map((part) => ({ part, pattern: patternOf(form[part].trim() || "*") }));
  return sources.filter((source) => patterns.every(({ part, pattern }) => pattern(source[part] ?? "")));
}

function patternOf(text: string): (value: string) => boolean {
  const [head = "", ...rest] = text.split("*");
  if (rest.length === 0) return (value) => value === text;
  const tail = rest.pop() ?? "";
  return (value) => {
    if (value.length < head.length + tail.length || !value.startsWith(head) || !value.endsWith(tail)) return false;
    let at = head.length;
    const end = value.length - tail.length;
    for (const piece of rest) {
      const found = value.indexOf(piece, at);
      if (found < 0 || found + piece.length > end) return false;
      at = found + piece.length;
    }
    return true;
  };
}
