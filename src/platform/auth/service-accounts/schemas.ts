import { IsoTime, pageOf } from "../../http/shapes.ts";
import { z } from "../../schema/index.ts";
import { RoleId } from "../roles/schemas.ts";

/** How long a secret still opens after its successor was made. */
export const GRACE_HOURS = [0, 1, 24, 168] as const;

const Name = z.string().trim().min(1).max(80);
const Description = z.string().trim().max(400);
const Id = z.string().min(1).max(64);
const Days = z.int().min(1).max(3650);

export const ServiceSecret = z.object({
  id: z.string(),
  /** First characters of the secret, to recognise it. */
  hint: z.string(),
  createdAt: IsoTime,
  createdBy: z.string(),
  /** Until when it opens beside its successor; null for the newest. */
  endsAt: IsoTime.nullable(),
  lastUsedAt: IsoTime.nullable(),
  /** The address it was last used from. */
  lastPeer: z.string().nullable(),
});

export const ServiceAccount = z
  .object({
    id: z.string(),
    name: z.string(),
    description: z.string(),
    /** The person who answers for it. A disabled owner is shown; the account goes on. */
    owner: z.object({ id: z.string(), displayName: z.string(), active: z.boolean() }),
    role: RoleId,
    roleName: z.string().nullable(),
    /** Why it gets in or does not. */
    state: z.enum(["active", "disabled", "expired", "no_secret"]),
    expiresAt: IsoTime.nullable(),
    rotateAfterDays: z.int(),
    /** The newest secret is older than that. */
    rotationDue: z.boolean(),
    createdAt: IsoTime,
    createdBy: z.string(),
    /** Those that open now, the newest first: one, or two while one takes over from the other. */
    secrets: z.array(ServiceSecret),
  })
  .meta({ id: "ServiceAccount" });

export const ServiceAccountList = pageOf(ServiceAccount).extend({
  /** Roles the asker may give to a program. */
  roles: z.array(z.object({ id: RoleId, name: z.string().nullable() })),
  /** Who may answer for one. */
  owners: z.array(z.object({ id: z.string(), displayName: z.string() })),
});

export const ServiceAccountCreate = z.strictObject({
  name: Name,
  description: Description.default(""),
  owner: Id,
  role: RoleId,
  expiresInDays: Days.optional(),
  rotateAfterDays: Days.default(90),
});

export const ServiceAccountChange = z.strictObject({
  name: Name.optional(),
  description: Description.optional(),
  owner: Id.optional(),
  role: RoleId.optional(),
  disabled: z.boolean().optional(),
  /** From now; null for an account that does not expire. */
  expiresInDays: Days.nullable().optional(),
  rotateAfterDays: Days.optional(),
});

export const Rotation = z.strictObject({ graceHours: z.literal(GRACE_HOURS) });

/** The only answer that ever holds the secret. */
export const ServiceAccountSecret = z.object({ account: ServiceAccount, secret: z.string() });
