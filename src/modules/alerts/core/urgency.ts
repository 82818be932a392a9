import type { Severity } from "../../../kernel/index.ts";

/**
 * Urgency = severity × asset importance, 0–100. Importance is 1 for every asset until critical systems are
 * registered; the factors are shown beside the product so that nobody has to trust a bare number.
 */
const SEVERITY_WEIGHT: Readonly<Record<Severity, number>> = {
  informational: 5,
  low: 25,
  medium: 50,
  high: 75,
  critical: 95,
};

export interface UrgencyFactors {
  readonly severity: number;
  readonly assetImportance: number;
}

export function urgencyFactors(level: Severity, assetImportance = 1): UrgencyFactors {
  return { severity: SEVERITY_WEIGHT[level], assetImportance };
}

export function urgencyOf(factors: UrgencyFactors): number {
  return Math.min(100, Math.round(factors.severity * factors.assetImportance));
}
