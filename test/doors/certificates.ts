/** X.509 certificates for tests (RFC 5280), made in memory: nothing of theirs lies in the project. */
import { generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from "node:crypto";

export interface Certified {
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
  /** SHA-256, hexadecimal with colons. */
  readonly fingerprint: string;
}

export interface Authority extends Certified {
  issue(commonName: string): Certified;
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const head =
    length < 128 ? [tag, length] : length < 256 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from(head), content]);
}
const sequence = (...parts: readonly Buffer[]) => der(0x30, ...parts);
const oid = (hex: string) => der(0x06, Buffer.from(hex, "hex"));
const ECDSA_SHA256 = sequence(oid("2a8648ce3d040302"));
const name = (commonName: string) => sequence(der(0x31, sequence(oid("550403"), der(0x0c, Buffer.from(commonName)))));
const time = (text: string) => der(0x18, Buffer.from(text));

function extension(id: string, value: Buffer): Buffer {
  return sequence(oid(id), der(0x01, Buffer.from([0xff])), der(0x04, value));
}
const IS_AUTHORITY = extension("551d13", sequence(der(0x01, Buffer.from([0xff]))));
const NAMES = sequence(
  oid("551d11"),
  der(0x04, sequence(der(0x82, Buffer.from("localhost")), der(0x87, Buffer.from([127, 0, 0, 1])))),
);

function certify(of: {
  subject: string;
  issuer: string;
  publicKey: KeyObject;
  signer: KeyObject;
  extensions: Buffer;
}): string {
  const tbs = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ECDSA_SHA256,
    name(of.issuer),
    sequence(time("20200101000000Z"), time("21200101000000Z")),
    name(of.subject),
    of.publicKey.export({ type: "spki", format: "der" }),
    der(0xa3, sequence(of.extensions)),
  );
  const signature = der(0x03, Buffer.from([0]), sign("sha256", tbs, of.signer));
  const text = sequence(tbs, ECDSA_SHA256, signature)
    .toString("base64")
    .replace(/(.{64})/gu, "$1\n");
  return `-----BEGIN CERTIFICATE-----\n${text.trimEnd()}\n-----END CERTIFICATE-----\n`;
}

function certified(certificate: string, privateKey: KeyObject): Certified {
  const key = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { certificate, key, fingerprint: new X509Certificate(certificate).fingerprint256 };
}

const newKeys = () => generateKeyPairSync("ec", { namedCurve: "prime256v1" });

export function makeAuthority(commonName: string): Authority {
  const { publicKey, privateKey } = newKeys();
  const own = { subject: commonName, issuer: commonName, publicKey, signer: privateKey, extensions: IS_AUTHORITY };
  return {
    ...certified(certify(own), privateKey),
    issue: (subject) => {
      const keys = newKeys();
      const issued = { subject, issuer: commonName, publicKey: keys.publicKey, signer: privateKey, extensions: NAMES };
      return certified(certify(issued), keys.privateKey);
    },
  };
}
