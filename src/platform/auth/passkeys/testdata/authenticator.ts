import { generateKeyPairSync, hash, type KeyObject, randomBytes, sign } from "node:crypto";

type Cbor = number | string | Uint8Array | ReadonlyMap<Cbor, Cbor>;

function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  if (value < 256) return Buffer.from([(major << 5) | 24, value]);
  return Buffer.from([(major << 5) | 25, value >> 8, value & 255]);
}

function cbor(value: Cbor): Buffer {
  if (typeof value === "number") return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === "string") return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, item]) => [cbor(key), cbor(item)])]);
}

const base64url = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString("base64url");
const FLAGS = { present: 1, verified: 4, attested: 64 } as const;

interface Habits {
  readonly origin: string;
  readonly rpId?: string;
  readonly verified?: boolean;
  readonly count?: number;
  readonly crossOrigin?: boolean;
}

/** A security key in software: one ES256 credential, attestation "none" (Web Authentication §6). */
export class SoftwareAuthenticator {
  readonly id = randomBytes(16);
  readonly #key: KeyObject;
  readonly #publicKey: ReadonlyMap<Cbor, Cbor>;
  #count = 0;
  userHandle = "";

  constructor() {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.#key = privateKey;
    const { x = "", y = "" } = publicKey.export({ format: "jwk" });
    this.#publicKey = new Map<Cbor, Cbor>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, "base64url")],
      [-3, Buffer.from(y, "base64url")],
    ]);
  }

  create(options: { challenge: string; rp: { id: string }; user: { id: string } }, habits: Habits) {
    this.userHandle = options.user.id;
    const credential = Buffer.concat([
      Buffer.alloc(16),
      head(0, 0).fill(0),
      Buffer.from([this.id.length]),
      this.id,
      cbor(this.#publicKey),
    ]);
    const authData = this.#authData(habits.rpId ?? options.rp.id, { habits, flags: FLAGS.attested, credential });
    const attestation = new Map<Cbor, Cbor>([
      ["fmt", "none"],
      ["attStmt", new Map()],
      ["authData", authData],
    ]);
    return {
      ...this.#identity(),
      response: {
        clientDataJSON: base64url(clientData("webauthn.create", options.challenge, habits)),
        attestationObject: base64url(cbor(attestation)),
        transports: ["internal"],
      },
    };
  }

  get(options: { challenge: string; rpId: string }, habits: Habits) {
    const authData = this.#authData(habits.rpId ?? options.rpId, { habits, flags: 0 });
    const client = clientData("webauthn.get", options.challenge, habits);
    const signed = Buffer.concat([authData, hash("sha256", client, "buffer")]);
    return {
      ...this.#identity(),
      response: {
        clientDataJSON: base64url(client),
        authenticatorData: base64url(authData),
        signature: base64url(sign("sha256", signed, this.#key)),
        userHandle: this.userHandle,
      },
    };
  }

  #identity() {
    return { id: base64url(this.id), rawId: base64url(this.id), type: "public-key" as const };
  }

  #authData(rpId: string, of: { habits: Habits; flags: number; credential?: Buffer }): Buffer {
    const { habits, flags, credential = Buffer.alloc(0) } = of;
    this.#count = habits.count ?? this.#count + 1;
    const count = Buffer.alloc(4);
    count.writeUInt32BE(this.#count);
    const all = flags | FLAGS.present | (habits.verified === false ? 0 : FLAGS.verified);
    return Buffer.concat([hash("sha256", rpId, "buffer"), Buffer.from([all]), count, credential]);
  }
}

function clientData(type: string, challenge: string, { origin, crossOrigin = false }: Habits): string {
  return JSON.stringify({ type, challenge, origin, crossOrigin });
}
