import { IsoTime, pageOf } from "../http/shapes.ts";
import { z } from "../schema/index.ts";
import { PasskeyAssertion } from "./passkeys/schemas.ts";
import { RoleId } from "./roles/schemas.ts";

export const Language = z.enum(["vi", "en"]);
export const Theme = z.enum(["system", "light", "dark"]);
export const TokenScope = z.enum(["ingest", "read", "backup"]);

export const Username = z
  .string()
  .min(2)
  .max(64)
  .regex(/^[a-z0-9][a-z0-9._-]*$/u);
/** At least 12 characters; common passwords and the user's own name are refused (fault auth.password.weak). */
export const NewPassword = z.string().min(12).max(1024);

export const User = z
  .object({
    id: z.string(),
    username: Username,
    displayName: z.string(),
    role: RoleId,
    /** Of an own role; built-in ones are named by the catalogue. */
    roleName: z.string().nullable(),
    language: Language,
    theme: Theme,
    /** False switches single-key shortcuts off (WCAG 2.1.4). */
    shortcuts: z.boolean(),
    disabled: z.boolean(),
    createdAt: IsoTime,
    lastSignInAt: IsoTime.nullable(),
  })
  .meta({ id: "User" });

export const SetupState = z.object({
  needed: z.boolean(),
  version: z.string(),
  /** Words on the button of the organisation's sign-in; null without one. */
  oidc: z.object({ label: z.string() }).nullable(),
  /** Who signs in with a password. */
  passwords: z.enum(["all", "break-glass"]),
});
export const SetupRequest = z.object({
  /** From the one-time link printed at first start: /setup#<token> */
  token: z.string().max(256),
  username: Username,
  displayName: z.string().trim().min(1).max(120),
  password: NewPassword,
  language: Language,
});
export const SignInRequest = z.object({ username: z.string().max(64), password: z.string().max(1024) });
/** The password was right and a second factor is owed: POST /api/v1/session/second-step. */
export const PendingSignIn = z.object({
  next: z.literal("second_factor"),
  methods: z.object({ totp: z.boolean(), passkey: z.boolean(), recovery: z.boolean() }),
});
export const SecondStep = z.union([
  z.strictObject({ code: z.string().trim().min(1).max(40) }),
  z.strictObject({ passkey: PasskeyAssertion }),
]);
export const PasskeySignIn = z.strictObject({ passkey: PasskeyAssertion });
export const GivenProof = z.union([
  z.strictObject({ password: z.string().max(1024), code: z.string().trim().max(40).optional() }),
  z.strictObject({ passkey: PasskeyAssertion }),
]);
export const SignInWay = z.enum([
  "password",
  "password+totp",
  "password+recovery",
  "password+passkey",
  "passkey",
  "break-glass",
  "oidc",
  "oidc+totp",
  "oidc+recovery",
  "oidc+passkey",
]);
export const SessionEntry = z.object({
  /** A name for it, no secret. */
  id: z.string(),
  current: z.boolean(),
  way: SignInWay,
  peer: z.string(),
  /** What the browser calls itself. */
  agent: z.string(),
  openedAt: IsoTime,
  seenAt: IsoTime,
  expiresAt: IsoTime,
});
export const SessionList = z.object({ items: z.array(SessionEntry) });
/** Send `csrfToken` as header `x-csrf-token` with every request that changes something. */
export const Session = z.object({
  user: User,
  csrfToken: z.string(),
  permissions: z.array(z.string()),
  expiresAt: IsoTime,
  secondFactor: z.object({
    has: z.boolean(),
    /** The role needs one. */
    required: z.boolean(),
    /** This session opens nothing but the way to one. */
    mustEnrol: z.boolean(),
  }),
  /** Somebody else chose the password this session was opened with: it opens nothing but the way to an own one. */
  mustChangePassword: z.boolean(),
  version: z.string(),
});
export const ProfileChange = z.object({
  displayName: z.string().trim().min(1).max(120).optional(),
  language: Language.optional(),
  theme: Theme.optional(),
  shortcuts: z.boolean().optional(),
});
export const PasswordChange = z.object({ current: z.string().max(1024), next: NewPassword });

/** A person, as who administers people sees them. */
export const UserEntry = User.extend({
  /** The password is one somebody else chose, and not changed yet. */
  passwordGiven: z.boolean(),
  factors: z.object({ totp: z.boolean(), passkeys: z.int() }),
  factorRequired: z.boolean(),
}).meta({ id: "UserEntry" });
export const UserList = pageOf(UserEntry);
export const UserCreate = z.object({
  username: Username,
  displayName: z.string().trim().min(1).max(120),
  role: RoleId,
  language: Language.default("vi"),
  /** Without one the person signs in through the organisation's identity provider. */
  password: NewPassword.optional(),
});
export const UserChange = z.object({
  displayName: z.string().trim().min(1).max(120).optional(),
  role: RoleId.optional(),
  disabled: z.boolean().optional(),
  password: NewPassword.optional(),
});

export const Token = z
  .object({
    id: z.string(),
    name: z.string(),
    scope: TokenScope,
    /** Default sensor name of events sent with this token. */
    sensor: z.string().nullable(),
    /** First characters of the secret, to recognise it. */
    hint: z.string(),
    createdAt: IsoTime,
    createdBy: z.string(),
    expiresAt: IsoTime.nullable(),
    lastUsedAt: IsoTime.nullable(),
  })
  .meta({ id: "Token" });
export const TokenList = pageOf(Token);
export const TokenCreate = z.object({
  name: z.string().trim().min(1).max(120),
  scope: TokenScope,
  sensor: z.string().trim().min(1).max(120).optional(),
  expiresInDays: z.int().min(1).max(3650).optional(),
});
/** The only answer that ever holds the secret. */
export const TokenCreated = z.object({ token: Token, secret: z.string() });
