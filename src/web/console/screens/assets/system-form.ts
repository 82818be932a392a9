/** What a form holds of a system, and how one's own edits meet those of somebody else. */
import type { Asset, AssetContent, IdentifierKind } from "../../api/asset-types.ts";

export const KINDS = ["host", "address", "account", "domain"] as const satisfies readonly IdentifierKind[];
export const CRITICALITIES = ["critical", "high", "medium", "low"] as const;
export const TEXT_FACTS = ["owner", "operator", "zone", "sector"] as const;

export function contentOf(system: Asset): AssetContent {
  const { name, code, parentId, owner, operator, zone, criticality, purpose, sector, notes, services, identifiers } =
    system;
  return { name, code, parentId, owner, operator, zone, criticality, purpose, sector, notes, services, identifiers };
}

export const EMPTY_CONTENT: AssetContent = {
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

/** Their state with what I changed on top: a fact I did not touch stays theirs, lists gain and lose what mine did. */
export function reapplied(base: AssetContent, mine: AssetContent, theirs: AssetContent): AssetContent {
  const facts = { ...theirs };
  for (const key of Object.keys(base) as (keyof AssetContent)[]) {
    if (key !== "services" && key !== "identifiers" && mine[key] !== base[key])
      Object.assign(facts, { [key]: mine[key] });
  }
  return {
    ...facts,
    services: rebased(base.services, mine.services, theirs.services),
    identifiers: rebased(base.identifiers, mine.identifiers, theirs.identifiers),
  };
}

function rebased<Item>(base: readonly Item[], mine: readonly Item[], theirs: readonly Item[]): Item[] {
  const text = (item: Item) => JSON.stringify(item);
  const had = new Set(base.map(text));
  const kept = new Set(mine.map(text));
  const known = new Set(theirs.map(text));
  const removed = new Set([...had].filter((each) => !kept.has(each)));
  const added = mine.filter((item) => !had.has(text(item)) && !known.has(text(item)));
  return [...theirs.filter((item) => !removed.has(text(item))), ...added];
}

type Identifiers = AssetContent["identifiers"];

/** One identifier a line, as people paste lists. */
export function linesOf(identifiers: Identifiers, place: { kind: IdentifierKind; service: string | null }): string {
  return identifiers
    .filter(({ kind, service }) => kind === place.kind && service === place.service)
    .map(({ value }) => value)
    .join("\n");
}

export function valuesOf(text: string): string[] {
  const values = text
    .split(/[\n;,]+/u)
    .map((line) => line.trim())
    .filter((line) => line !== "");
  return [...new Set(values)];
}

/** Everything of other kinds and services stays; those of this place are what the lines say. */
export function withLines(
  identifiers: Identifiers,
  place: { kind: IdentifierKind; service: string | null },
  text: string,
): Identifiers {
  const others = identifiers.filter(({ kind, service }) => kind !== place.kind || service !== place.service);
  return [...others, ...valuesOf(text).map((value) => ({ ...place, value }))];
}
