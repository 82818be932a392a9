import type { Alerts } from "../modules/alerts/index.ts";
import { FINDINGS_RAISED, type FindingsRaised } from "../modules/detection/index.ts";
import type { Outbox } from "../platform/outbox/index.ts";

/** Every "when X happens, do Y" across modules, one line each. */
export function wireReactions(outbox: Outbox, parts: { alerts: Alerts }): void {
  outbox.on(FINDINGS_RAISED, (raised, seq) => parts.alerts.absorb(raised as FindingsRaised, seq));
}
