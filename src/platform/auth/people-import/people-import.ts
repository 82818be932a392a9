import { createHash } from "node:crypto";
import { ContentFault, Fault, foldText } from "../../../kernel/index.ts";
import type { Audit } from "../../audit/index.ts";
import { readCsv } from "../../csv/index.ts";
import type { NoTables, Query, Records, Tx } from "../../db/index.ts";
import type { z } from "../../schema/index.ts";
import type { Acting } from "../acting.ts";
import {
  type KnownPeople,
  type PeoplePlan,
  type PlannedChange,
  type PlannedNew,
  planPeople,
  type RoleStanding,
  type RowProblem,
} from "../core/people-rows.ts";
import {
  MAX_IMPORT_CELL,
  MAX_IMPORT_COLUMNS,
  MAX_IMPORT_LISTED,
  MAX_IMPORT_ROWS,
  MAX_IMPORTED_NEW,
  MAX_NAME_CHARS,
  MAX_USERS,
} from "../limits.ts";
import type { People } from "../people.ts";
import type { Roles } from "../roles/roles.ts";
import { Username } from "../schemas.ts";
import { firstPassword } from "../secrets.ts";
import { accountsOfAnyKind, countUsers, updateUser } from "../store.ts";
import type * as schemas from "./schemas.ts";

type Request = z.output<typeof schemas.PeopleImportRequest>;
type Apply = z.output<typeof schemas.PeopleImportApply>;
type Preview = z.infer<typeof schemas.PeopleImportPreview>;
type Imported = z.infer<typeof schemas.PeopleImported>;

/**
 * People from a table: looked at first, then taken whole or not at all. What is taken is what was looked at: the plan
 * is made anew in the transaction that carries it out, and must be the same.
 *
 * Invariants
 *  - No file gives or takes the right to administer people: that may need a second person.
 *  - Nobody gives what they do not hold, nor changes a person who may do more than they.
 */
export class PeopleImport {
  readonly #records: Records;
  readonly #audit: Audit;
  readonly #people: People;
  readonly #roles: Roles;

  constructor(deps: { records: Records; audit: Audit; people: People; roles: Roles }) {
    this.#records = deps.records;
    this.#audit = deps.audit;
    this.#people = deps.people;
    this.#roles = deps.roles;
  }

  async preview(request: Request, by: Acting): Promise<Preview> {
    return previewOf(await this.#plan(this.#records.query, request.csv, by));
  }

  /**
   * Fault auth.import.refused, auth.import.changed; auth.import.abandoned when who asked went away: nobody would ever
   * see the passwords.
   */
  async apply(request: Apply, by: Acting, signal: AbortSignal): Promise<Imported> {
    const looked = await this.#plan(this.#records.query, request.csv, by);
    requireSound(looked, request);
    const passwords = request.passwords === "make" ? looked.created.map(() => firstPassword()) : [];
    const hashes: string[] = [];
    // One after the other: who signs in meanwhile has a turn.
    for (const [at, password] of passwords.entries()) {
      requireThere(signal);
      hashes.push(await this.#people.hashNew(password, looked.created[at] ?? { username: "", displayName: "" }));
    }
    await this.#records.transaction(async (tx) => {
      const plan = await this.#plan(tx, request.csv, by);
      requireSound(plan, request);
      requireThere(signal);
      for (const [at, person] of plan.created.entries()) {
        const { username, displayName, role, language } = person;
        const passwordHash = hashes[at] ?? "";
        await this.#people.insert(tx, { username, displayName, role, language, passwordHash }, by);
      }
      for (const change of plan.changed) await this.#change(tx, change, by);
      const details = { file: request.file, ...countsOf(plan) };
      await this.#audit.record({ actor: by.actor, peer: by.peer, verb: "auth.import.done", details }, tx);
    });
    return {
      ...countsOf(looked),
      people: looked.created.map(({ username, displayName }, at) => ({
        username,
        displayName,
        password: passwords[at] ?? null,
      })),
    };
  }

  async #change(tx: Tx, { id, displayName, role }: PlannedChange, by: Acting): Promise<void> {
    await updateUser(tx, id, {
      ...(displayName === null ? {} : { display_name: displayName.to }),
      ...(role === null ? {} : { role: role.to }),
    });
    const details = { ...(displayName === null ? {} : { displayName }), ...(role === null ? {} : { role }) };
    const object = { kind: "user", id };
    await this.#audit.record({ actor: by.actor, peer: by.peer, verb: "auth.user.changed", object, details }, tx);
  }

  async #plan(query: Query<NoTables>, csv: string, by: Acting): Promise<PeoplePlan> {
    const bounds = { rows: MAX_IMPORT_ROWS + 1, columns: MAX_IMPORT_COLUMNS, cell: MAX_IMPORT_CELL };
    const { rows, problem } = readCsv(csv, bounds);
    if (problem !== undefined) {
      return nothingBut({ line: problem.line, code: problem.what, params: { limit: MAX_IMPORT_ROWS } });
    }
    const plan = planPeople(rows, await this.#known(query, by));
    const created = plan.created.length;
    if (created > MAX_IMPORTED_NEW) {
      const line = plan.created[MAX_IMPORTED_NEW]?.line ?? 1;
      return nothingBut({ line, code: "too_many_new", params: { limit: MAX_IMPORTED_NEW } });
    }
    if (created > 0 && (await countUsers(query)) + created > MAX_USERS) {
      return nothingBut({ line: plan.created[0]?.line ?? 1, code: "too_many_users", params: { limit: MAX_USERS } });
    }
    return plan;
  }

  async #known(query: Query<NoTables>, by: Acting): Promise<KnownPeople> {
    const roles = await this.#roles.list(query);
    const users = await accountsOfAnyKind(query);
    return {
      roles: new Map(roles.map(({ id, permissions }) => [id, standingOf(permissions, by)])),
      rolesByName: new Map(roles.flatMap(({ id, name }) => (name === null ? [] : [[foldText(name), id]]))),
      users: new Map(
        users.map(({ id, username, display_name, role, kind }) => [
          username,
          { id, displayName: display_name, role, isPerson: kind === "person" },
        ]),
      ),
      isUsername: (text) => Username.safeParse(text).success,
      longestName: MAX_NAME_CHARS,
    };
  }
}

function standingOf(permissions: readonly string[], by: Acting): RoleStanding {
  if (permissions.includes("users.admin")) return "power";
  const held: ReadonlySet<string> | undefined = by.permissions;
  return held === undefined || permissions.every((one) => held.has(one)) ? "free" : "above";
}

function nothingBut(problem: RowProblem): PeoplePlan {
  return { created: [], changed: [], unchanged: 0, ignored: [], problems: [problem] };
}

function requireSound(plan: PeoplePlan, request: Apply): void {
  if (plan.problems.length > 0) {
    const told = plan.problems.slice(0, MAX_IMPORT_LISTED).map(({ line, code, params }) => ({
      file: request.file,
      line,
      code: `auth.import.${code}`,
      message: `${code} ${Object.values(params).join(" ")}`.trim(),
    }));
    throw new ContentFault("auth.import.refused", "nothing was imported: some lines are wrong", told);
  }
  if (digestOf(plan) === request.plan) return;
  throw new Fault("conflict", "auth.import.changed", "people or roles changed since the file was looked at");
}

function requireThere(signal: AbortSignal): void {
  if (signal.aborted) throw new Fault("conflict", "auth.import.abandoned", "who asked for the import went away");
}

function previewOf(plan: PeoplePlan): Preview {
  const first = <One>(all: readonly One[]) => all.slice(0, MAX_IMPORT_LISTED);
  return {
    ...countsOf(plan),
    newPeople: first(plan.created).map((person: PlannedNew) => ({ ...person })),
    changes: first(plan.changed).map(({ id: _, ...change }) => change),
    ignored: [...plan.ignored],
    problems: first(plan.problems).map((problem) => ({ ...problem, params: { ...problem.params } })),
    problemCount: plan.problems.length,
    plan: digestOf(plan),
  };
}

function countsOf({ created, changed, unchanged }: PeoplePlan) {
  return { created: created.length, changed: changed.length, unchanged };
}

function digestOf({ created, changed }: PeoplePlan): string {
  return createHash("sha256").update(JSON.stringify({ created, changed })).digest("base64url");
}
