/**
 * Do two alerts say the same? A score out of 100 with its parts, so that nobody has to trust a bare number. It never
 * closes anything: people do.
 *
 * Invariants
 *  - the judgement of (a, b) is that of (b, a), and of what both are and nothing else;
 *  - an exercise and the real world, or two exercises, never say the same.
 */
import type { AlertEntity } from "./grouping.ts";
import { classOf, foldValue, gapBetween, keyOf, type Span } from "./sharing.ts";

/** What is compared of an alert: bounded by who loads it, the same for either side. */
export interface Trace extends Span {
  readonly id: string;
  readonly world: string;
  readonly ruleId: string;
  /** Its rule and, of a correlation, the rules whose events counted. */
  readonly family: ReadonlySet<string>;
  /** ATT&CK techniques of the rule, as `t1059.001`. */
  readonly techniques: ReadonlySet<string>;
  readonly about: AlertEntity;
  /** When its findings spoke of whom, by the keys of `core/sharing.ts`. */
  readonly entities: ReadonlyMap<string, Span>;
  readonly sensors: ReadonlySet<string>;
  readonly events: ReadonlySet<string>;
}

export type FactorKind = "events" | "rule" | "family" | "technique" | "about" | "entity" | "time" | "sensor";
export interface Factor {
  readonly kind: FactorKind;
  readonly points: number;
}

/** The first that holds is what is told. */
export type DuplicateReason = "same_events" | "other_sensor" | "same_rule" | "same_family" | "same_technique";

export interface Likeness {
  readonly score: number;
  readonly factors: readonly Factor[];
  readonly reason: DuplicateReason;
  readonly events: number;
  readonly technique: string | null;
  /** What both are about. */
  readonly shared: string | null;
  readonly gapMs: number;
}

export const NEAR_MS = 15 * 60_000;
/** One event in a hundred in common is chance; half of the smaller alert is the same happening. */
const SAME_SHARE = 0.5;
const POINTS = {
  events: 50,
  rule: 20,
  family: 15,
  technique: 10,
  about: 20,
  entity: 10,
  time: 10,
  sensor: 10,
} as const;

export function judgeDuplicate(a: Trace, b: Trace): Likeness | undefined {
  if (a.id === b.id || a.world !== b.world) return undefined;
  const events = inCommon(a.events, b.events).length;
  const share = events / Math.max(1, Math.min(a.events.size, b.events.size));
  const isSameEvents = share >= SAME_SHARE;
  const rule = ruleOf(a, b);
  const entity = entityOf(a, b);
  const gapMs = entity?.gapMs ?? gapBetween(a, b);
  const isNear = gapMs <= NEAR_MS;
  if (!isSameEvents && (rule === undefined || entity === undefined || !isNear)) return undefined;
  const isOtherSensor =
    rule?.kind === "rule" && entity?.kind === "about" && events === 0 && inCommon(a.sensors, b.sensors).length === 0;
  const factors: readonly Factor[] = [
    { kind: "events" as const, points: Math.round(POINTS.events * share) },
    ...(rule === undefined ? [] : [{ kind: rule.kind, points: POINTS[rule.kind] }]),
    ...(entity === undefined ? [] : [{ kind: entity.kind, points: POINTS[entity.kind] }]),
    { kind: "time" as const, points: isNear ? Math.round(POINTS.time * (1 - gapMs / (2 * NEAR_MS))) : 0 },
    { kind: "sensor" as const, points: isOtherSensor ? POINTS.sensor : 0 },
  ].filter(({ points }) => points > 0);
  return {
    score: factors.reduce((sum, { points }) => sum + points, 0),
    factors,
    reason: isSameEvents ? "same_events" : isOtherSensor ? "other_sensor" : `same_${rule?.kind ?? "rule"}`,
    events,
    technique: rule?.technique ?? null,
    shared: entity?.key ?? null,
    gapMs,
  };
}

function inCommon(a: ReadonlySet<string>, b: ReadonlySet<string>): readonly string[] {
  return [...a].filter((one) => b.has(one));
}

function ruleOf(
  a: Trace,
  b: Trace,
): { readonly kind: "rule" | "family" | "technique"; readonly technique: string | null } | undefined {
  if (a.ruleId === b.ruleId) return { kind: "rule", technique: null };
  if (inCommon(a.family, b.family).length > 0) return { kind: "family", technique: null };
  const both = [...a.techniques].flatMap((one) => [...b.techniques].flatMap((other) => common(one, other) ?? []));
  const [technique] = both.toSorted();
  return technique === undefined ? undefined : { kind: "technique", technique };
}

/** A technique and one of its sub-techniques agree in the technique; two sub-techniques do not. */
function common(one: string, other: string): string | undefined {
  if (one === other) return one;
  if (one.startsWith(`${other}.`)) return other;
  return other.startsWith(`${one}.`) ? one : undefined;
}

interface SharedEntity {
  readonly kind: "about" | "entity";
  readonly key: string;
  readonly gapMs: number;
}

/** Somebody or something both spoke of near one another, what one of them is about before the rest. */
function entityOf(a: Trace, b: Trace): SharedEntity | undefined {
  const abouts = new Set(
    [a.about, b.about].map(({ kind, value }) => keyOf({ kind: classOf(kind), value: foldValue(value) })),
  );
  const shared = [...a.entities].flatMap(([key, span]): SharedEntity[] => {
    const other = b.entities.get(key);
    if (other === undefined) return [];
    return [{ kind: abouts.has(key) ? "about" : "entity", key, gapMs: gapBetween(span, other) }];
  });
  const far = ({ gapMs }: SharedEntity) => (gapMs <= NEAR_MS ? 0 : 1);
  return shared.toSorted(
    (x, y) => far(x) - far(y) || x.kind.localeCompare(y.kind) || x.gapMs - y.gapMs || (x.key < y.key ? -1 : 1),
  )[0];
}

/** By score, the older of two alike; by id when nothing else tells. */
export function compareLikeness(
  a: { readonly likeness: Likeness; readonly createdAt: number; readonly id: string },
  b: { readonly likeness: Likeness; readonly createdAt: number; readonly id: string },
): number {
  return b.likeness.score - a.likeness.score || a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1);
}

/** `attack.t1059.001` and `attack.T1059_001` alike. */
export function techniquesOf(tags: readonly string[]): ReadonlySet<string> {
  return new Set(
    tags.flatMap((tag) => {
      const [, technique, sub] = /^attack\.(t\d{4})(?:[._](\d{3}))?$/u.exec(tag.toLowerCase()) ?? [];
      return technique === undefined ? [] : [sub === undefined ? technique : `${technique}.${sub}`];
    }),
  );
}
