import { IsoTime } from "../../http/shapes.ts";
import { Passkey } from "../passkeys/schemas.ts";
import { RoleId } from "../roles/schemas.ts";
import { z } from "../../schema/index.ts";

export const FactorOverview = z.object({
  totp: z.boolean(),
  passkeys: z.array(Passkey),
  recoveryCodes: z.object({ left: z.int(), madeAt: IsoTime.nullable() }),
  /** The person's role needs a second factor. */
  required: z.boolean(),
  /** False for people who sign in through their organisation only. */
  password: z.boolean(),
  /** Where passkeys of this console work; browsers refuse them elsewhere. */
  place: z.object({ id: z.string(), origins: z.array(z.string()) }),
});
/** The only answer that holds the secret. */
export const TotpBegun = z.object({ secret: z.string(), uri: z.string() });
export const Code = z.strictObject({ code: z.string().trim().min(1).max(40) });
/** Recovery codes come with the first factor, once. */
export const FactorAdded = z.object({ recoveryCodes: z.array(z.string()).nullable() });
export const RecoveryCodes = z.object({ recoveryCodes: z.array(z.string()) });
export const FactorPolicy = z.strictObject({ secondFactor: z.array(RoleId).max(200) });
