import { Fault } from "../../kernel/index.ts";
import type { Audit } from "../audit/index.ts";
import type { Clock } from "../clock/index.ts";
import { type Migration, type Records, readMigrations } from "../db/index.ts";
import type { Gatekeeper, Permission, Route } from "../http/index.ts";
import type { z } from "../schema/index.ts";
import { openGatekeeper } from "./gatekeeper.ts";
import { PasswordHashing } from "./hashing.ts";
import { type Acting, type NewUser, People, type User } from "./people.ts";
import { authRoutes } from "./routes.ts";
import { Roles } from "./roles/roles.ts";
import * as schemas from "./schemas.ts";
import { Sessions } from "./sessions.ts";
import { Throttle } from "./throttle.ts";
import { type NewToken, type Token, Tokens } from "./tokens.ts";

export { SCOPE_PERMISSIONS, type TokenScope } from "./permissions.ts";
export { BUILT_IN_ROLES, builtInPermissions } from "./roles/built-in.ts";
export { Username } from "./schemas.ts";
export type { NewToken, NewUser, Token, User };

export const authMigrations: Migration[] = readMigrations("platform-auth", new URL("./migrations/", import.meta.url));

export interface AuthDeps {
  readonly records: Records;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly sessionHours: number;
  readonly version: string;
}

/** Whom other parts may turn to. */
export interface ActiveAccount {
  readonly id: string;
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
}

export interface Auth {
  readonly gatekeeper: Gatekeeper;
  readonly routes: readonly Route[];
  readonly service: AuthService;
}

const COMMAND_LINE: Acting = { actor: { kind: "system", id: "command-line", name: "command line" }, peer: null };

export async function openAuth(deps: AuthDeps): Promise<Auth> {
  const hashing = await PasswordHashing.open();
  const throttle = new Throttle(deps);
  const roles = new Roles(deps);
  const people = new People({ ...deps, hashing, throttle, roles });
  const tokens = new Tokens(deps);
  const sessions = new Sessions({ ...deps, hashing, throttle, people, roles });
  return {
    gatekeeper: openGatekeeper({ ...deps, sessions, tokens }),
    routes: authRoutes({ sessions, people, roles, tokens, version: deps.version }),
    service: {
      addUser: async (person) => people.add(checked(schemas.UserCreate, person), COMMAND_LINE),
      createToken: async (token) => tokens.create(checked(schemas.TokenCreate, token), COMMAND_LINE),
      nameOf: async (id) => (await people.names()).find((person) => person.id === id)?.displayName,
      accounts: async () => {
        const active = (await people.list()).filter(({ disabled }) => !disabled);
        const held = async (role: string) => roles.permissionsOf(deps.records.query, role);
        return Promise.all(
          active.map(async ({ id, displayName, language, role }) => ({
            id,
            displayName,
            language,
            permissions: await held(role),
          })),
        );
      },
      setupToken: () => sessions.newSetupToken(),
    },
  };
}

/** Over HTTP the server has checked the shape already; a command's arguments are checked here. */
function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = issue?.path.join(".") ?? "";
  throw new Fault("invalid", "auth.input.invalid", `${field}: ${issue?.message ?? "invalid"}`, { field });
}
