import { Fault } from "../../../kernel/index.ts";
import { type Audit, actorOf } from "../../audit/index.ts";
import type { Clock } from "../../clock/index.ts";
import type { Records } from "../../db/index.ts";
import type { z } from "../../schema/index.ts";
import type { Acting } from "../acting.ts";
import type { People } from "../people.ts";
import { ADMIN } from "../roles/built-in.ts";
import type * as schemas from "../schemas.ts";
import { randomSecret, sameHash, secretHash } from "../secrets.ts";
import type { Browser, Opened, Sessions } from "../sessions.ts";
import * as store from "../store.ts";

type SetupRequest = z.infer<typeof schemas.SetupRequest>;

export interface SetupDeps {
  readonly records: Records;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly people: People;
  readonly sessions: Sessions;
}

/** The first admin, made once with the token of the link that the program printed. */
export class Setup {
  readonly #deps: SetupDeps;

  constructor(deps: SetupDeps) {
    this.#deps = deps;
  }

  async isNeeded(): Promise<boolean> {
    return (await store.countUsers(this.#deps.records.query, { role: ADMIN })) === 0;
  }

  /** A new one-time token while there is no admin, else undefined. Earlier ones stop working. */
  async newToken(): Promise<string | undefined> {
    const { records, clock } = this.#deps;
    if (!(await this.isNeeded())) return undefined;
    const token = `khien_setup_${randomSecret()}`;
    await records.transaction((tx) => store.putSetupHash(tx, secretHash(token), clock.now()));
    return token;
  }

  /** Creates the first admin and signs in as it. The token of the link is spent with that. */
  async run(request: SetupRequest, from: Browser): Promise<Opened> {
    const { records, people, audit, sessions } = this.#deps;
    const { peer } = from;
    if (!(await this.isNeeded())) throw new Fault("conflict", "auth.setup.done", "set-up is already done");
    const expected = await store.setupHash(records.query);
    if (expected === undefined || !sameHash(secretHash(request.token), expected)) {
      await audit.record({ actor: actorOf(undefined), verb: "auth.setup.done", outcome: "denied", peer });
      throw new Fault(
        "forbidden",
        "auth.setup.token",
        "the set-up link is not valid; the newest one stands in the program's output",
      );
    }
    const passwordHash = await people.hashNew(request.password, request);
    return records.transaction(async (tx) => {
      if ((await store.countUsers(tx, { role: ADMIN })) > 0)
        throw new Fault("conflict", "auth.setup.done", "set-up is already done");
      const by: Acting = { actor: { kind: "system", id: "setup", name: "setup" }, peer };
      const user = await people.insert(tx, { ...request, role: ADMIN, passwordHash }, by);
      await store.dropSetup(tx);
      await audit.record({ ...by, verb: "auth.setup.done", object: { kind: "user", id: user.id } }, tx);
      const row = await store.userById(tx, user.id);
      if (row === undefined) throw new Error("the user just inserted is not there");
      return sessions.open(tx, row, { ...from, way: "password" });
    });
  }
}
