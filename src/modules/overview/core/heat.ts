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

const ATTACK = "attack.";
const TECHNIQUE = /^attack\.(t\d{4}(?:\.\d{3})?)$/u;

interface ReadAlerts {
  readonly alerts: number;
  readonly tactics: ReadonlySet<string>;
  /** Parents of sub-techniques, each once. */
  readonly techniques: ReadonlySet<string>;
}

/** Tags are compared in lower case, with `-` for the `_` of older rules. */
function read({ tags, alerts }: TaggedAlerts): ReadAlerts {
  const tactics = new Set<string>();
  const techniques = new Set<string>();
  for (const tag of tags) {
    const normal = tag.toLowerCase().replaceAll("_", "-");
    const technique = TECHNIQUE.exec(normal)?.[1];
    if (technique !== undefined) techniques.add(technique.toUpperCase().split(".")[0] ?? technique);
    else if (normal.startsWith(ATTACK)) tactics.add(normal.slice(ATTACK.length));
  }
  return { alerts, tactics, techniques };
}

/** Every tactic of the matrix, the quiet ones too: where nothing happens is part of the picture. */
export function attackHeat(rules: readonly TaggedAlerts[], names: AttackNames, mostTechniques: number): HeatOfTactic[] {
  const all = rules.map(read);
  return names.tactics.map(({ id, name, short }) => {
    const ofTactic = all.filter(({ tactics }) => tactics.has(short));
    const byTechnique = new Map<string, number>();
    for (const { techniques, alerts } of ofTactic)
      for (const technique of techniques)
        if (names.technique(technique)?.tactics.includes(short) !== false)
          byTechnique.set(technique, (byTechnique.get(technique) ?? 0) + alerts);
    const techniques = [...byTechnique]
      .map(([technique, alerts]) => ({ id: technique, name: names.technique(technique)?.name ?? technique, alerts }))
      .toSorted((a, b) => b.alerts - a.alerts || (a.id < b.id ? -1 : 1))
      .slice(0, mostTechniques);
    return { id, name, short, alerts: sum(ofTactic), techniques };
  });
}

/** How many alerts have one of the techniques, sub-techniques included, among those of the tactic `within` (null: all). */
export function shareOf(
  rules: readonly TaggedAlerts[],
  of: { readonly techniques: readonly string[]; readonly within: string | null },
): { readonly alerts: number; readonly of: number } {
  const { within } = of;
  const whole = rules.map(read).filter(({ tactics }) => within === null || tactics.has(within));
  const wanted = new Set(of.techniques);
  const part = whole.filter(({ techniques }) => [...techniques].some((technique) => wanted.has(technique)));
  return { alerts: sum(part), of: sum(whole) };
}

function sum(rules: readonly { readonly alerts: number }[]): number {
  return rules.reduce((total, { alerts }) => total + alerts, 0);
}
