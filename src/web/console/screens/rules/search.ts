import { picked } from "../../search-params.ts";

const RULE_KEYS = ["q", "level", "product", "origin", "dataSource", "enabled", "sort", "rule"] as const;
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
