/** The browser's half of Web Authentication: our JSON in, its objects, our JSON out. */
import { ApiFault } from "./api/client.ts";
import type { PasskeyAssertion, PasskeyCreation, PasskeyRegistration, PasskeyRequest } from "./api/types.ts";

function toBytes(text: string): ArrayBuffer {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0)).buffer;
}

function toText(bytes: ArrayBuffer): string {
  const binary = Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join("");
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/u, "");
}

/** Browsers have passkeys only over TLS or on the machine itself, and only under a name. */
export function passkeysWorkHere(): boolean {
  return "PublicKeyCredential" in globalThis && isSecureContext && !/^[\d.]+$|^\[/u.test(location.hostname);
}

/** The person closed the browser's window, or has none that fits; the browser does not tell which. */
function cancelled(error: unknown): ApiFault {
  const known = error instanceof DOMException && error.name === "InvalidStateError";
  return new ApiFault(422, { code: known ? "passkey.known" : "passkey.cancelled", detail: String(error) });
}

function descriptors(known: PasskeyRequest["allowCredentials"]): PublicKeyCredentialDescriptor[] {
  return known.map(({ id, transports }) => ({
    id: toBytes(id),
    type: "public-key",
    transports: (transports ?? []) as AuthenticatorTransport[],
  }));
}

export async function createPasskey(options: PasskeyCreation): Promise<PasskeyRegistration> {
  const publicKey: PublicKeyCredentialCreationOptions = {
    ...options,
    challenge: toBytes(options.challenge),
    user: { ...options.user, id: toBytes(options.user.id) },
    excludeCredentials: descriptors(options.excludeCredentials),
  };
  const made = await navigator.credentials.create({ publicKey }).catch((error: unknown) => {
    throw cancelled(error);
  });
  const { id, rawId, response } = made as PublicKeyCredential & { response: AuthenticatorAttestationResponse };
  return {
    id,
    rawId: toText(rawId),
    type: "public-key",
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      attestationObject: toText(response.attestationObject),
      transports: response.getTransports(),
    },
  };
}

export async function askForPasskey(options: PasskeyRequest): Promise<PasskeyAssertion> {
  const publicKey: PublicKeyCredentialRequestOptions = {
    ...options,
    challenge: toBytes(options.challenge),
    allowCredentials: descriptors(options.allowCredentials),
  };
  const given = await navigator.credentials.get({ publicKey }).catch((error: unknown) => {
    throw cancelled(error);
  });
  const { id, rawId, response } = given as PublicKeyCredential & { response: AuthenticatorAssertionResponse };
  return {
    id,
    rawId: toText(rawId),
    type: "public-key",
    response: {
      clientDataJSON: toText(response.clientDataJSON),
      authenticatorData: toText(response.authenticatorData),
      signature: toText(response.signature),
      userHandle: response.userHandle === null ? null : toText(response.userHandle),
    },
  };
}
