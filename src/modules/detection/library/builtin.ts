import type { Clock } from "../../../platform/clock/index.ts";
import type { Records } from "../../../platform/db/index.ts";
import { appendHistory, builtinVersions, keepVersions, putBuiltinVersions, type RuleDeed } from "../history/store.ts";
import { BUILTIN, type LibraryRule } from "./catalogue.ts";

/** Who brings built-in rules: the program itself. */
const PROGRAM = "Khiên";

/** An update of the program may change its rules: their histories say when, and keep the text that was. */
export async function noteBuiltin(
  { records, clock }: { readonly records: Records; readonly clock: Clock },
  rules: readonly LibraryRule[],
): Promise<void> {
  const known = await builtinVersions(records.query);
  const builtin = rules.filter(({ origin }) => origin === BUILTIN);
  const ids = new Set(builtin.map(({ rule }) => rule.id));
  const changed = builtin.filter(({ rule }) => known.get(rule.id) !== rule.version);
  const gone = [...known].filter(([id]) => !ids.has(id));
  if (changed.length === 0 && gone.length === 0) return;
  const stamp = { at: clock.now(), by: PROGRAM };
  const deed = (ruleId: string, action: RuleDeed["action"], version: string): RuleDeed => ({
    ...stamp,
    ruleId,
    action,
    version,
    details: { import: BUILTIN },
  });
  const now = changed.map(({ rule, text }) => ({ ...stamp, ruleId: rule.id, version: rule.version, text }));
  await records.transaction(async (tx) => {
    await appendHistory(tx, [
      ...now.map(({ ruleId, version }) => deed(ruleId, known.has(ruleId) ? "updated" : "imported", version)),
      ...gone.map(([id, version]) => deed(id, "deleted", version)),
    ]);
    await keepVersions(tx, now);
    await putBuiltinVersions(tx, { now, gone: gone.map(([id]) => id) });
  });
}
