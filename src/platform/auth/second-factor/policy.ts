import { Fault } from "../../../kernel/index.ts";
import type { Audit } from "../../audit/index.ts";
import type { Clock } from "../../clock/index.ts";
import type { NoTables, Query, Records } from "../../db/index.ts";
import type { Acting } from "../acting.ts";
import type { Roles } from "../roles/roles.ts";
import { policyRoles, putPolicyRoles } from "./store.ts";

/** Which roles need a second factor. Whoever is signed in stays so: it is asked for at the next sign-in. */
export class FactorPolicy {
  readonly #deps: { records: Records; audit: Audit; clock: Clock; roles: Roles };

  constructor(deps: { records: Records; audit: Audit; clock: Clock; roles: Roles }) {
    this.#deps = deps;
  }

  async requires(query: Query<NoTables>, role: string): Promise<boolean> {
    return (await policyRoles(query)).includes(role);
  }

  roles(): Promise<string[]> {
    return policyRoles(this.#deps.records.query);
  }

  async set(roles: readonly string[], by: Acting): Promise<void> {
    const { records, audit, clock } = this.#deps;
    const known = new Set((await this.#deps.roles.list()).map(({ id }) => id));
    const unknown = roles.find((role) => !known.has(role));
    if (unknown !== undefined) throw new Fault("missing", "auth.role.missing", "no such role", { role: unknown });
    await records.transaction(async (tx) => {
      const before = await policyRoles(tx);
      await putPolicyRoles(tx, { roles: [...new Set(roles)], at: clock.now(), by: by.actor.name });
      const details = {
        required: roles.filter((role) => !before.includes(role)),
        lifted: before.filter((role) => !roles.includes(role)),
      };
      await audit.record({ actor: by.actor, peer: by.peer, verb: "auth.policy.changed", details }, tx);
    });
  }
}
