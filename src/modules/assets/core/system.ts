/** What is written down about one critical information system, and how two states of it differ. */
import type { Identifier } from "./identifiers.ts";
import type { Criticality } from "./importance.ts";

export interface SystemFacts {
  readonly name: string;
  /** The owner's own short name of it; imports find the system again by it. */
  readonly code: string | null;
  readonly parentId: string | null;
  readonly owner: string | null;
  readonly operator: string | null;
  readonly zone: string | null;
  readonly criticality: Criticality;
  readonly purpose: string | null;
  readonly sector: string | null;
  readonly notes: string | null;
}

export interface Service {
  readonly name: string;
  readonly note: string | null;
}

/** `service` null: of the system as a whole. */
export type PlacedIdentifier = Identifier & { readonly service: string | null };

export interface SystemContent extends SystemFacts {
  readonly services: readonly Service[];
  readonly identifiers: readonly PlacedIdentifier[];
}

export const FACT_FIELDS = [
  "name",
  "code",
  "parentId",
  "owner",
  "operator",
  "zone",
  "criticality",
  "purpose",
  "sector",
  "notes",
] as const satisfies readonly (keyof SystemFacts)[];
export type FactField = (typeof FACT_FIELDS)[number];

/** One line of the history: a fact that got another value, or members of a list that came and went. */
export type Change =
  | {
      readonly field: FactField | "state" | "vnLevel" | "nis2Class";
      readonly from: string | null;
      readonly to: string | null;
    }
  | {
      readonly field: "identifiers" | "services";
      readonly added: readonly string[];
      readonly removed: readonly string[];
    };

export function changesBetween(before: SystemContent, after: SystemContent): readonly Change[] {
  const facts = FACT_FIELDS.filter((field) => before[field] !== after[field]).map((field) => ({
    field,
    from: before[field],
    to: after[field],
  }));
  return [
    ...facts,
    ...listChange("services", before.services.map(serviceText), after.services.map(serviceText)),
    ...listChange("identifiers", before.identifiers.map(identifierText), after.identifiers.map(identifierText)),
  ];
}

/** Of a system that has just come into the register: nothing stood there before. */
export function firstChanges(content: SystemContent): readonly Change[] {
  const facts = FACT_FIELDS.filter((field) => content[field] !== null);
  const lists = changesBetween({ ...content, services: [], identifiers: [] }, content);
  return [...facts.map((field) => ({ field, from: null, to: content[field] })), ...lists];
}

export function listChange(
  field: "identifiers" | "services",
  before: readonly string[],
  after: readonly string[],
): readonly Change[] {
  const had = new Set(before);
  const has = new Set(after);
  const added = after.filter((text) => !had.has(text));
  const removed = before.filter((text) => !has.has(text));
  return added.length + removed.length === 0 ? [] : [{ field, added, removed }];
}

export function identifierText({ kind, value, service }: Pick<PlacedIdentifier, "kind" | "value" | "service">): string {
  return service === null ? `${kind} ${value}` : `${kind} ${value} · ${service}`;
}

function serviceText({ name, note }: Service): string {
  return note === null ? name : `${name}: ${note}`;
}

/** One identifier once: the same thing of the same kind is in a system once, whatever its spelling or service. */
export function distinctIdentifiers(identifiers: readonly PlacedIdentifier[]): readonly PlacedIdentifier[] {
  const seen = new Set<string>();
  return identifiers.filter(({ kind, folded }) => {
    const key = `${kind}\0${folded}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

export const EMPTY_SYSTEM: SystemContent = {
  name: "",
  code: null,
  parentId: null,
  owner: null,
  operator: null,
  zone: null,
  criticality: "medium",
  purpose: null,
  sector: null,
  notes: null,
  services: [],
  identifiers: [],
};
