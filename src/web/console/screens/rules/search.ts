import { picked } from "../../search-params.ts";

const RULE_KEYS = [
  "q",
  "kind",
  "level",
  "product",
  "origin",
  "dataSource",
  "enabled",
  "technique",
  "correlated",
  "sort",
  "rule",
] as const;
export type RuleSearch = Partial<Record<(typeof RULE_KEYS)[number], string>>;
export type RuleFilter = Omit<RuleSearch, "rule">;

export function ruleSearch(raw: Record<string, unknown>): RuleSearch {
  return picked(raw, RULE_KEYS);
}

export function filterOf({ rule: _rule, ...filter }: RuleSearch): RuleFilter {
  return filter;
}

const IMPORT_KEYS = ["report"] as const;
export type ImportSearch = Partial<Record<(typeof IMPORT_KEYS)[number], string>>;

export function importSearch(raw: Record<string, unknown>): ImportSearch {
  return picked(raw, IMPORT_KEYS);
}

const PAGE_KEYS = ["tab", "version"] as const;
export type RulePageSearch = Partial<Record<(typeof PAGE_KEYS)[number], string>>;

export function rulePageSearch(raw: Record<string, unknown>): RulePageSearch {
  return picked(raw, PAGE_KEYS);
}

const NEW_KEYS = ["from"] as const;
export function newRuleSearch(raw: Record<string, unknown>): Partial<Record<(typeof NEW_KEYS)[number], string>> {
  return picked(raw, NEW_KEYS);
}

const RETRO_KEYS = ["hunt"] as const;
export function retroSearch(raw: Record<string, unknown>): Partial<Record<(typeof RETRO_KEYS)[number], string>> {
  return picked(raw, RETRO_KEYS);
}

const ATTACK_KEYS = ["domain", "show", "q"] as const;
export type AttackSearch = Partial<Record<(typeof ATTACK_KEYS)[number], string>>;

export function attackSearch(raw: Record<string, unknown>): AttackSearch {
  return picked(raw, ATTACK_KEYS);
}
