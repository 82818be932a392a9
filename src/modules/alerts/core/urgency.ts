import { SEVERITIES, type Severity } from "../../../kernel/index.ts";

export const IMPORTANCES = ["unknown", "low", "medium", "high", "critical"] as const;
export type Importance = (typeof IMPORTANCES)[number];

/** The table of content/urgency; the file explains each part. */
export interface UrgencyTable {
  readonly severity: Readonly<Record<Severity, number>>;
  readonly importance: Readonly<Record<Importance, number>>;
  readonly trackRecord: {
    readonly expected: number;
    readonly weight: number;
    readonly least: number;
    readonly most: number;
  };
  readonly bounds: readonly UrgencyBound[];
  readonly bands: Readonly<Record<Exclude<Severity, "informational">, number>>;
}

export interface UrgencyBound {
  readonly severity?: readonly Severity[] | undefined;
  readonly importance?: readonly Importance[] | undefined;
  readonly atLeast?: number | undefined;
  readonly atMost?: number | undefined;
}

/** How alerts of a rule ended that people judged, exercises left out. */
export interface TrackRecord {
  readonly truePositives: number;
  /** False or harmless: the rule cost time. */
  readonly falsePositives: number;
  /** Called false, and a second person has not agreed yet: it counts for nothing so far. */
  readonly unconfirmed: number;
}

export interface UrgencyInput {
  readonly severity: Severity;
  readonly importance: Importance;
  /** The register's name of the system the asset belongs to. */
  readonly system: string | null;
  readonly track: TrackRecord;
}

/** Each factor as it was used, so that nobody has to trust a bare number. */
export interface UrgencyFactors {
  readonly severity: { readonly level: Severity; readonly weight: number };
  readonly asset: { readonly importance: Importance; readonly system: string | null; readonly factor: number };
  /** No indicator is known to this installation: one, and said to be so. */
  readonly indicator: { readonly known: 0; readonly factor: 1 };
  readonly track: TrackRecord & { readonly factor: number };
  readonly product: number;
  /** The bound that had the last word. */
  readonly bound: { readonly kind: "at_least" | "at_most"; readonly value: number } | null;
}

/** What is used when the content cannot be: severity alone. */
export const PLAIN_TABLE: UrgencyTable = {
  severity: { informational: 5, low: 25, medium: 50, high: 75, critical: 95 },
  importance: { unknown: 1, low: 1, medium: 1, high: 1, critical: 1 },
  trackRecord: { expected: 0.5, weight: 10, least: 1, most: 1 },
  bounds: [],
  bands: { critical: 90, high: 70, medium: 40, low: 15 },
};

export function weighUrgency(table: UrgencyTable, input: UrgencyInput): { urgency: number; factors: UrgencyFactors } {
  const weight = table.severity[input.severity];
  const assetFactor = table.importance[input.importance];
  const trackFactor = trackFactorOf(table, input.track);
  const product = round(weight * assetFactor * trackFactor);
  let urgency = Math.min(100, Math.round(product));
  let bound: UrgencyFactors["bound"] = null;
  for (const each of table.bounds) {
    if (!applies(each, input)) continue;
    if (each.atLeast !== undefined && urgency < each.atLeast) {
      urgency = each.atLeast;
      bound = { kind: "at_least", value: each.atLeast };
    }
    if (each.atMost !== undefined && urgency > each.atMost) {
      urgency = each.atMost;
      bound = { kind: "at_most", value: each.atMost };
    }
  }
  return {
    urgency,
    factors: {
      severity: { level: input.severity, weight },
      asset: { importance: input.importance, system: input.system, factor: assetFactor },
      indicator: { known: 0, factor: 1 },
      track: { ...input.track, factor: trackFactor },
      product,
      bound,
    },
  };
}

/** The band of an urgency, in the words of severities. */
export function bandOf(table: UrgencyTable, urgency: number): Severity {
  const { bands } = table;
  if (urgency >= bands.critical) return "critical";
  if (urgency >= bands.high) return "high";
  if (urgency >= bands.medium) return "medium";
  return urgency >= bands.low ? "low" : (SEVERITIES[0] as Severity);
}

/** Share of true alerts, drawn towards what is expected, as a multiple of it. */
function trackFactorOf({ trackRecord }: UrgencyTable, track: TrackRecord): number {
  const { expected, weight, least, most } = trackRecord;
  const judged = track.truePositives + track.falsePositives;
  const share = (track.truePositives + expected * weight) / (judged + weight);
  return round(Math.min(most, Math.max(least, share / expected)));
}

function applies(bound: UrgencyBound, { severity, importance }: UrgencyInput): boolean {
  return (bound.severity?.includes(severity) ?? true) && (bound.importance?.includes(importance) ?? true);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
