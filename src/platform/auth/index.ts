import { Fault } from "../../kernel/index.ts";
import type { Audit } from "../audit/index.ts";
import type { Clock } from "../clock/index.ts";
import { type Migration, type Records, readMigrations, type Tx } from "../db/index.ts";
import type { Gatekeeper, Permission, Route } from "../http/index.ts";
import type { LiveChannel } from "../live/index.ts";
import type { Outbox } from "../outbox/index.ts";
import type { z } from "../schema/index.ts";
import { BREAK_GLASS_USED, BreakGlass } from "./break-glass/break-glass.ts";
import { openGatekeeper } from "./gatekeeper.ts";
import { PasswordHashing } from "./hashing.ts";
import { Oidc } from "./oidc/oidc.ts";
import type { OidcSettings } from "./oidc/provider.ts";
import { Passkeys, type RelyingParty } from "./passkeys/passkeys.ts";
import type { Acting } from "./acting.ts";
import { GRANT_ADMIN, type NewUser, People, type User, type Wanted } from "./people.ts";
import { PeopleImport } from "./people-import/people-import.ts";
import { authRoutes } from "./routes.ts";
import type { Governing } from "./roles/routes.ts";
import { type LeavingGuard, Roles } from "./roles/roles.ts";
import * as schemas from "./schemas.ts";
import { Factors } from "./second-factor/factors.ts";
import { FactorPolicy } from "./second-factor/policy.ts";
import { Sealing } from "./second-factor/sealing.ts";
import { usersWithTotp } from "./second-factor/store.ts";
import { ServiceAccounts } from "./service-accounts/service-accounts.ts";
import { Sessions } from "./sessions.ts";
import { Proof } from "./sign-in/proof.ts";
import { Setup } from "./sign-in/setup.ts";
import { SignIn } from "./sign-in/sign-in.ts";
import { Throttle } from "./throttle.ts";
import { type NewToken, type Token, Tokens } from "./tokens.ts";

export { SCOPE_PERMISSIONS, type TokenScope } from "./permissions.ts";
export { BUILT_IN_ROLES, builtInPermissions } from "./roles/built-in.ts";
export { parseRoleRule } from "./oidc/role-mapping.ts";
export type { OidcSettings };
export { BREAK_GLASS_USED, GRANT_ADMIN };
export { Username } from "./schemas.ts";
export type { NewToken, NewUser, Token, User };

export const authMigrations: Migration[] = readMigrations("platform-auth", new URL("./migrations/", import.meta.url));

export interface AuthDeps {
  readonly records: Records;
  readonly audit: Audit;
  readonly clock: Clock;
  /** Holds the key of second factors. */
  readonly dataDir: string;
  /** Where people open the console; without it passkeys work on this machine alone. */
  readonly publicUrl?: string | undefined;
  /** What the running server tells others by; commands beside it do without. */
  readonly outbox?: Outbox;
  readonly live?: LiveChannel;
  /** The organisation's identity provider, where there is one. */
  readonly oidc?: OidcSettings | undefined;
  readonly passwordSignIn?: "all" | "break-glass";
  readonly sessionHours: number;
  readonly version: string;
}

/** Whom other parts may turn to. */
export interface ActiveAccount {
  readonly id: string;
  readonly username: string;
  readonly displayName: string;
  readonly language: User["language"];
  readonly permissions: ReadonlySet<Permission>;
}

/** What the command line and the start of the program need beyond the routes. */
export interface AuthService {
  /** Fault auth.input.invalid, auth.user.exists, auth.password.weak. */
  addUser(person: z.input<typeof schemas.UserCreate>): Promise<User>;
  /** Fault auth.input.invalid. */
  createToken(token: z.input<typeof schemas.TokenCreate>): Promise<{ token: Token; secret: string }>;
  /** Display name of an active person; undefined for anyone else. */
  nameOf(id: string): Promise<string | undefined>;
  /** Active people with their language and what they may do. */
  accounts(): Promise<readonly ActiveAccount[]>;
  /** For the link printed at start, `/setup#TOKEN`; undefined once there is an admin. Each call voids the token before. */
  setupToken(): Promise<string | undefined>;
  /** Where the server listens: the origin of passkeys unless publicUrl says another. */
  openAt(url: URL): void;
  /** From now on giving the right to administer people may need a second person. */
  governBy(governing: Governing): void;
  /** What was asked for under GRANT_ADMIN and agreed to. */
  grant(tx: Tx, wanted: Wanted, by: { id: string; name: string }): Promise<void>;
  /** Active people who hold a permission. */
  holders(permission: Permission): Promise<{ id: string; name: string }[]>;
  /** What an active person may do, within the caller's transaction; nothing for anybody else. */
  standingOf(tx: Tx, id: string): Promise<ReadonlySet<Permission>>;
  /** Asked before somebody is disabled or given a lesser role, and before a role that people have is cut. */
  guardLeaving(guard: LeavingGuard): void;
}

export interface Auth {
  readonly gatekeeper: Gatekeeper;
  readonly routes: readonly Route[];
  readonly service: AuthService;
}

const COMMAND_LINE: Acting = { actor: { kind: "system", id: "command-line", name: "command line" }, peer: null };

export async function openAuth(deps: AuthDeps): Promise<Auth> {
  const { records, dataDir } = deps;
  let address = deps.publicUrl === undefined ? undefined : new URL(deps.publicUrl);
  let governing: Governing = { isOn: async () => false, gate: async () => undefined };
  const hashing = await PasswordHashing.open();
  const sealing = Sealing.open(dataDir, (await usersWithTotp(records.query)).size > 0);
  const throttle = new Throttle(deps);
  const roles = new Roles(deps);
  const policy = new FactorPolicy({ ...deps, roles });
  const passkeys = new Passkeys({ ...deps, place: () => relyingParty(address) });
  const factors = new Factors({ ...deps, sealing, passkeys, policy });
  const people = new People({ ...deps, hashing, throttle, roles, factors, policy });
  const tokens = new Tokens(deps);
  const programs = new ServiceAccounts({ ...deps, roles });
  const sessions = new Sessions({ ...deps, roles, factors, policy });
  const breakGlass = new BreakGlass({ ...deps, hashing, admins: () => people.holders("users.admin") });
  const passwords = deps.passwordSignIn ?? "all";
  const steps = { ...deps, breakGlass, passwords, hashing, throttle, sessions, factors, passkeys };
  const signIn = new SignIn(steps);
  const provider =
    deps.oidc === undefined
      ? undefined
      : new Oidc({ ...deps, people, signIn, settings: deps.oidc, origin: () => address?.origin ?? "" });
  const setup = new Setup({ ...deps, people, sessions });
  return {
    gatekeeper: openGatekeeper({ ...deps, sessions, tokens, programs }),
    routes: authRoutes({
      sessions,
      people,
      imports: new PeopleImport({ ...deps, people, roles }),
      roles,
      tokens,
      programs,
      breakGlass,
      factors,
      passkeys,
      policy,
      setup,
      signIn,
      provider,
      oidc: provider === undefined ? null : { label: provider.label },
      passwords,
      proof: new Proof(steps),
      governing: () => governing,
      version: deps.version,
    }),
    service: {
      addUser: async (person) => people.add(checked(schemas.UserCreate, person), COMMAND_LINE),
      createToken: async (token) => tokens.create(checked(schemas.TokenCreate, token), COMMAND_LINE),
      nameOf: async (id) => (await people.names()).find((person) => person.id === id)?.displayName,
      accounts: async () => activeAccounts(await people.list(), (role) => roles.permissionsOf(records.query, role)),
      setupToken: () => setup.newToken(),
      openAt: (url) => {
        address ??= url;
      },
      governBy: (other) => {
        governing = other;
      },
      grant: (tx, wanted, by) => people.grant(tx, wanted, by),
      holders: (permission) => people.holders(permission),
      standingOf: (tx, id) => people.standingOf(tx, id),
      guardLeaving: (guard) => roles.guardBy(guard),
    },
  };
}

/** Browsers bind passkeys to a name, never to an address: on the machine itself that name is localhost. */
function relyingParty(address: URL | undefined): RelyingParty {
  if (address === undefined) return { id: "localhost", origins: [] };
  const loopback = ["127.0.0.1", "[::1]", "localhost"].includes(address.hostname);
  if (!loopback) return { id: address.hostname, origins: [address.origin] };
  return { id: "localhost", origins: [`${address.protocol}//localhost:${address.port}`] };
}

async function activeAccounts(
  people: Awaited<ReturnType<People["list"]>>,
  permissionsOf: (role: string) => Promise<ReadonlySet<Permission>>,
): Promise<readonly ActiveAccount[]> {
  const active = people.filter(({ disabled }) => !disabled);
  return Promise.all(
    active.map(async ({ id, username, displayName, language, role }) => ({
      id,
      username,
      displayName,
      language,
      permissions: await permissionsOf(role),
    })),
  );
}

/** Over HTTP the server has checked the shape already; a command's arguments are checked here. */
function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join(".") ?? "";
  throw new Fault("invalid", "auth.input.invalid", `${field}: ${issue?.message ?? "invalid"}`, { field });
}
