/** What rules said alerts are about, by ATT&CK tactic and technique. Counts are of alerts, as the filtered list shows them. */

export interface TaggedAlerts {
  readonly tags: readonly string[];
  readonly alerts: number;
}

export interface AttackNames {
  /** In matrix order. */
  readonly tactics: readonly { readonly id: string; readonly name: string; readonly short: string }[];
  technique(id: string): { readonly name: string; readonly tactics: readonly string[] } | undefined;
}

export interface HeatOfTactic {
  readonly id: string;
  readonly name: string;
  readonly short: string;
  readonly alerts: number;
  /** Techniques of the tactic among them, most first; one no matrix knows stands under every tactic of its rule. */
  readonly techniques: readonly { readonly id: string; readonly name: string; readonly alerts: number }[];
}

const TECHNIQUE = /^attack\.(t\d{4}(?:\.\d{3})?)$/u;

/** Tags as they are compared: lower case, `-` for the `_` of older rules. */
export function normalTags(tags: readonly string[]): readonly string[] {
  return tags.map((tag) => tag.toLowerCase().replaceAll("_", "-"));
}

/** Every tactic of the matrix, the quiet ones too: where nothing happens is part of the picture. */
export function attackHeat(rules: readonly TaggedAlerts[], names: AttackNames, mostTechniques: number): HeatOfTactic[] {
  return names.tactics.map(({ id, name, short }) => {
    const ofTactic = rules.filter(({ tags }) => normalTags(tags).includes(`attack.${short}`));
    const byTechnique = new Map<string, number>();
    for (const { tags, alerts } of ofTactic)
      for (const technique of parentsOf(tags).filter((one) => names.technique(one)?.tactics.includes(short) !== false))
        byTechnique.set(technique, (byTechnique.get(technique) ?? 0) + alerts);
    const techniques = [...byTechnique]
      .map(([technique, alerts]) => ({ id: technique, name: names.technique(technique)?.name ?? technique, alerts }))
      .toSorted((a, b) => b.alerts - a.alerts || (a.id < b.id ? -1 : 1))
      .slice(0, mostTechniques);
    return { id, name, short, alerts: sum(ofTactic), techniques };
  });
}

/** How many alerts have one of the techniques, sub-techniques included, among those that have all of `within`. */
export function shareOf(
  rules: readonly TaggedAlerts[],
  of: { readonly techniques: readonly string[]; readonly within: string | null },
): { readonly alerts: number; readonly of: number } {
  const { within } = of;
  const whole = within === null ? rules : rules.filter(({ tags }) => normalTags(tags).includes(`attack.${within}`));
  const wanted = new Set(of.techniques);
  const part = whole.filter(({ tags }) => parentsOf(tags).some((technique) => wanted.has(technique)));
  return { alerts: sum(part), of: sum(whole) };
}

function parentsOf(tags: readonly string[]): readonly string[] {
  const found = normalTags(tags).flatMap((tag) => TECHNIQUE.exec(tag)?.[1]?.toUpperCase().split(".")[0] ?? []);
  return [...new Set(found)];
}

function sum(rules: readonly TaggedAlerts[]): number {
  return rules.reduce((total, { alerts }) => total + alerts, 0);
}
