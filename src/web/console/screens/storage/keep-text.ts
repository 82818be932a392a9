import type { Text } from "../../../kit/i18n/text.tsx";
import type { RetentionRule, Term } from "../../api/storage-types.ts";

const KEEP = /^P(\d{1,4})([DMY])$/u;

/** "P12M" in words. */
export function keepText(keep: string, t: Text): string {
  const [, count, unit] = KEEP.exec(keep) ?? [];
  return unit === undefined ? keep : t(`storage.keep.${unit}`, { n: Number(count) });
}

/** Which sources a term is about, in words: only what narrows it. */
export function sourcesText(term: Pick<Term, "sensor" | "product" | "category" | "service">, t: Text): string {
  const parts = (["sensor", "product", "category", "service"] as const)
    .filter((part) => term[part] !== "*")
    .map((part) => `${t(`storage.part.${part}`)} ${term[part]}`);
  return parts.length === 0 ? t("storage.all_sources") : parts.join(" · ");
}

export function citation({ instrument, article }: Pick<RetentionRule, "instrument" | "article">): string {
  return `${instrument} · ${article}`;
}
