import type { Instant } from "../../kernel/index.ts";
import { type Audit, actorOf } from "../audit/index.ts";
import type { Clock } from "../clock/index.ts";
import type { AuditNote, Gatekeeper } from "../http/index.ts";
import { DENIAL_REPEAT_MS, MAX_DENIALS_REMEMBERED } from "./limits.ts";
import type { ServiceAccounts } from "./service-accounts/service-accounts.ts";
import type { Sessions } from "./sessions.ts";
import type { Tokens } from "./tokens.ts";

export function openGatekeeper(deps: {
  audit: Audit;
  clock: Clock;
  sessions: Sessions;
  tokens: Tokens;
  programs: ServiceAccounts;
}): Gatekeeper {
  const { audit, clock, sessions, tokens, programs } = deps;
  const denials = new Denials();
  return {
    identify: async ({ bearer, sessionCookie, peer }) => {
      if (bearer !== undefined) return (await programs.identify(bearer, peer)) ?? tokens.identify(bearer);
      return sessionCookie === undefined ? undefined : sessions.identify(sessionCookie);
    },
    audit: async ({ who, verb, outcome, peer, details }) => {
      const unwritten = outcome === "denied" ? denials.count(keyOf({ who, verb, peer, details }), clock.now()) : 0;
      if (unwritten === undefined) return;
      await audit.record({
        actor: actorOf(who),
        verb,
        outcome,
        peer,
        details: unwritten === 0 ? details : { ...details, repeated: unwritten },
      });
    },
  };
}

function keyOf({ who, verb, peer, details }: Omit<AuditNote, "outcome">): string {
  return JSON.stringify([who?.kind, who?.id, peer, verb, details.method, details.path, details.code]);
}

/**
 * Anyone may be refused as often as they like, so a refusal costs the log one entry a minute for each caller, route
 * and reason; the next entry states how many were not written.
 */
class Denials {
  readonly #told = new Map<string, { at: Instant; unwritten: number }>();

  /** How many refusals stand behind this one, or undefined when it is not to be written. */
  count(key: string, now: Instant): number | undefined {
    const before = this.#told.get(key);
    if (before !== undefined && now - before.at < DENIAL_REPEAT_MS) {
      before.unwritten += 1;
      return undefined;
    }
    this.#told.delete(key);
    const [oldest] = this.#told.keys();
    if (this.#told.size >= MAX_DENIALS_REMEMBERED && oldest !== undefined) this.#told.delete(oldest);
    this.#told.set(key, { at: now, unwritten: 0 });
    return before?.unwritten ?? 0;
  }
}
