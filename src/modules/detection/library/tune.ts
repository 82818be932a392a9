import { Fault, type Severity } from "../../../kernel/index.ts";
import type { RuleDeed } from "../history/store.ts";
import { putChoice } from "../store.ts";
import type { Catalogue, LibraryRule } from "./catalogue.ts";
import type { Asker, Ledger } from "./ledger.ts";
import { putTuning, type Tuning } from "./store.ts";

/** What is left out stays as it is; null takes a decision back. */
export interface RuleChange {
  readonly enabled?: boolean;
  readonly level?: Severity | null;
  readonly suppression?: Tuning["suppression"];
  readonly reason?: string;
  /** Of the text that is meant. */
  readonly version?: string;
}

type Deed = Omit<RuleDeed, "at" | "by">;

/** Decisions of this installation about a rule. They belong to its id, so no update of the rule undoes them. */
export async function tuneRule(
  deps: { readonly catalogue: Catalogue; readonly ledger: Ledger },
  change: RuleChange & { readonly id: string },
  by: Asker,
): Promise<LibraryRule> {
  const { catalogue, ledger } = deps;
  return catalogue.exclusive(async () => {
    const known = catalogue.get(change.id);
    refuse(known, change, catalogue.mainOf(known.rule)?.id);
    const tuning: Tuning = {
      level: change.level === undefined ? known.tuning.level : change.level,
      suppression: change.suppression === undefined ? known.tuning.suppression : change.suppression,
    };
    const isTuned = JSON.stringify(tuning) !== JSON.stringify(known.tuning);
    const history = deedsOf(known, { change, tuning });
    if (history.length === 0) return known;
    const details = { title: known.rule.title, ...change };
    const verb = verbOf(history);
    await ledger.write(by, { verb, object: { kind: "rule", id: change.id }, details, history }, async (tx, stamp) => {
      if (change.enabled !== undefined) await putChoice(tx, { ruleId: change.id, enabled: change.enabled, ...stamp });
      if (isTuned) await putTuning(tx, { ruleId: change.id, tuning, ...stamp });
    });
    await catalogue.decide();
    return catalogue.get(change.id);
  });
}

function refuse({ rule }: LibraryRule, change: RuleChange, main: string | undefined): void {
  const { id, kind, version } = rule;
  if (change.version !== undefined && change.version !== version)
    throw new Fault("conflict", "detection.rule.conflict", "the rule has another text by now", { id, version });
  if (change.enabled !== undefined && main !== undefined)
    throw new Fault("conflict", "detection.rule.part", "turn the correlation it belongs to on or off", { id, main });
  if (change.level !== undefined && kind === "filter")
    throw new Fault("invalid", "detection.level.kind", "a filter raises nothing, so it has no level", { id, kind });
  if (change.suppression !== undefined && kind === "filter")
    throw new Fault("invalid", "detection.suppression.kind", "a filter raises nothing to suppress", { id, kind });
}

function deedsOf(known: LibraryRule, { change, tuning }: { change: RuleChange; tuning: Tuning }): Deed[] {
  const { id: ruleId, version } = known.rule;
  const because = change.reason === undefined ? {} : { reason: change.reason };
  const deeds: Deed[] = [];
  const add = (action: Deed["action"], details: Deed["details"]): void =>
    void deeds.push({ ruleId, version, action, details: { ...details, ...because } });
  if (change.enabled !== undefined && change.enabled !== known.enabled)
    add(change.enabled ? "enabled" : "disabled", {});
  if (tuning.level !== known.tuning.level)
    add("level", { from: known.tuning.level, to: tuning.level, own: known.rule.level });
  if (JSON.stringify(tuning.suppression) !== JSON.stringify(known.tuning.suppression))
    add("suppression", { from: known.tuning.suppression, to: tuning.suppression });
  return deeds;
}

function verbOf(history: readonly Deed[]): string {
  const [first] = history;
  if (history.length > 1 || first === undefined) return "detection.rule.tuned";
  const verbs: Partial<Record<Deed["action"], string>> = { level: "leveled", suppression: "suppressed" };
  return `detection.rule.${verbs[first.action] ?? first.action}`;
}
