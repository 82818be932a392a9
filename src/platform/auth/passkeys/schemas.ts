import { IsoTime } from "../../http/shapes.ts";
import { z } from "../../schema/index.ts";

const Base64Url = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[\w-]*$/u);
const CredentialId = Base64Url(1_400).min(1);
export const PasskeyName = z.string().trim().min(1).max(60);

export const Passkey = z.object({
  id: z.string(),
  name: z.string(),
  /** Kept in a cloud account, on more than one device. */
  synced: z.boolean(),
  createdAt: IsoTime,
  lastUsedAt: IsoTime.nullable(),
});

/** Web Authentication level 3, RegistrationResponseJSON; what is not read is not taken. */
export const PasskeyRegistration = z.object({
  id: CredentialId,
  rawId: CredentialId,
  type: z.literal("public-key"),
  response: z.object({
    clientDataJSON: Base64Url(8_192),
    attestationObject: Base64Url(65_536),
    transports: z.array(z.string().max(32)).max(10).optional(),
  }),
});
/** AuthenticationResponseJSON. */
export const PasskeyAssertion = z.object({
  id: CredentialId,
  rawId: CredentialId,
  type: z.literal("public-key"),
  response: z.object({
    clientDataJSON: Base64Url(8_192),
    authenticatorData: Base64Url(8_192),
    signature: Base64Url(8_192),
    userHandle: Base64Url(128).nullish(),
  }),
});

const Descriptor = z.object({
  id: z.string(),
  type: z.literal("public-key"),
  transports: z.array(z.string()).optional(),
});
/** PublicKeyCredentialCreationOptionsJSON, as far as we use it. */
export const PasskeyCreation = z.object({
  challenge: z.string(),
  rp: z.object({ id: z.string(), name: z.string() }),
  user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
  pubKeyCredParams: z.array(z.object({ type: z.literal("public-key"), alg: z.int() })),
  timeout: z.int(),
  excludeCredentials: z.array(Descriptor),
  authenticatorSelection: z.object({
    residentKey: z.literal("required"),
    requireResidentKey: z.literal(true),
    userVerification: z.literal("required"),
  }),
  attestation: z.literal("none"),
});
/** PublicKeyCredentialRequestOptionsJSON, as far as we use it. */
export const PasskeyRequest = z.object({
  challenge: z.string(),
  rpId: z.string(),
  timeout: z.int(),
  allowCredentials: z.array(Descriptor),
  userVerification: z.literal("required"),
});
