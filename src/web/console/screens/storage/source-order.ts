/** Order of the sources and the sheet made of them. */
import type { Format } from "../../../kit/i18n/format.ts";
import type { RetentionSettings, StoredSource } from "../../api/storage-types.ts";

export const SORTS = ["stored", "sensor", "events", "compression", "oldest", "newest", "growth", "lapses"] as const;
export type Sort = (typeof SORTS)[number];

/** Far beyond any term: what is kept without end comes last. */
const NEVER = "9999";

const ORDERS: Readonly<Record<Sort, (one: StoredSource, other: StoredSource) => number>> = {
  stored: (one, other) => other.storedBytes - one.storedBytes,
  sensor: () => 0,
  events: (one, other) => other.events - one.events,
  compression: (one, other) => other.compression - one.compression,
  oldest: (one, other) => (one.oldest < other.oldest ? -1 : 1),
  newest: (one, other) => (one.newest > other.newest ? -1 : 1),
  growth: (one, other) => other.bytesPerDay - one.bytesPerDay,
  lapses: (one, other) => ((one.lapsesAt ?? NEVER) < (other.lapsesAt ?? NEVER) ? -1 : 1),
};

export function sortOf(text: string | undefined): Sort {
  return SORTS.find((sort) => sort === text) ?? "stored";
}

export function ordered(sources: readonly StoredSource[], sort: Sort, format: Format): StoredSource[] {
  return sources.toSorted(
    (one, other) => ORDERS[sort](one, other) || format.compare(sourceName(one), sourceName(other)),
  );
}

export function logsourceOf({ product, category, service }: StoredSource): string {
  return [product, category, service].filter((part) => part !== null && part !== "").join(" / ");
}

function sourceName(source: StoredSource): string {
  return `${source.sensor} ${logsourceOf(source)}`;
}

const COLUMNS = [
  "sensor",
  "product",
  "category",
  "service",
  "events",
  "raw_bytes",
  "stored_bytes",
  "compression",
  "first_event",
  "last_event",
  "bytes_per_day",
  "term",
  "keep",
  "rule",
  "begins_to_go",
] as const;

/** Names of columns are for programs: the same in every language. */
export function sourceSheet(sources: readonly StoredSource[], retention: RetentionSettings | undefined) {
  const terms = new Map(retention?.terms.map((term) => [term.id, term]));
  return [
    COLUMNS,
    ...sources.map((source) => {
      const term = terms.get(source.decidingTerm ?? "");
      return [
        source.sensor,
        source.product ?? "",
        source.category ?? "",
        source.service ?? "",
        source.events,
        source.rawBytes,
        source.storedBytes,
        source.compression,
        source.oldest,
        source.newest,
        source.bytesPerDay,
        term?.name ?? "",
        term?.keep ?? "",
        term?.rule ?? "",
        source.lapsesAt ?? "",
      ];
    }),
  ];
}
