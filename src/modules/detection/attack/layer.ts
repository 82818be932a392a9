/** Coverage as a layer of the ATT&CK Navigator (layer format 4.5). */
import type { CoveredTechnique, Matrix } from "./matrix.ts";

/** Rules at which a technique gets the darkest shade: one good rule matters more than the tenth. */
const FULL_SCORE = 5;

export function layerOf(matrix: Matrix, name: string): Record<string, unknown> {
  const seen = new Set<string>();
  const techniques: Record<string, unknown>[] = [];
  for (const { shortName, techniques: covered } of matrix.tactics) {
    for (const technique of covered) {
      for (const one of [technique, ...technique.subtechniques]) {
        const key = `${one.id} ${shortName}`;
        if (one.rules === 0 || seen.has(key)) continue;
        seen.add(key);
        techniques.push(
          entryOf(
            one,
            shortName,
            technique.subtechniques.some(({ rules }) => rules > 0),
          ),
        );
      }
    }
  }
  return {
    name,
    versions: { attack: matrix.version.split(".")[0] ?? "", navigator: "5.1.0", layer: "4.5" },
    domain: matrix.domain === "ics" ? "ics-attack" : "enterprise-attack",
    description: `Detection rules by technique: ${name}`,
    sorting: 3,
    hideDisabled: false,
    techniques,
    gradient: { colors: ["#ffffff00", "#66b1ff", "#0b4f9e"], minValue: 0, maxValue: FULL_SCORE },
    legendItems: [{ label: `${FULL_SCORE} rules or more that run and get data`, color: "#0b4f9e" }],
    showTacticRowBackground: false,
    selectTechniquesAcrossTactics: true,
    selectSubtechniquesWithParent: false,
  };
}

/** The score is what really works: rules that run, and whose events arrive where that is known. */
function entryOf(one: CoveredTechnique, tactic: string, showSubtechniques: boolean): Record<string, unknown> {
  const isKnown = one.live + one.quiet + one.none > 0;
  const working = isKnown ? one.live : one.enabled;
  return {
    techniqueID: one.id,
    tactic,
    score: Math.min(FULL_SCORE, working),
    enabled: true,
    showSubtechniques: showSubtechniques && !one.id.includes("."),
    comment: "",
    metadata: [
      { name: "rules", value: String(one.rules) },
      { name: "enabled", value: String(one.enabled) },
      ...(isKnown
        ? [
            { name: "data arriving", value: String(one.live) },
            { name: "source quiet", value: String(one.quiet) },
            { name: "no source", value: String(one.none) },
          ]
        : []),
      { name: "fired in 30 days", value: String(one.fired30d) },
    ],
  };
}
