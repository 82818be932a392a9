/** Certificate, key and authorities of a door, judged before they are used: at the start and each time the files change. */
import { X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContextOptions } from "node:tls";
import { Fault, type Instant } from "../../../kernel/index.ts";

export interface TlsMaterial {
  /** PEM: the door's certificate with its chain, its key, and the authorities that sign senders. */
  readonly certificate: string;
  readonly key: string;
  readonly authorities: string;
}

const PEM_BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/gu;

function unusable(detail: string): Fault {
  return new Fault("invalid", "ingest.tls.material", `certificate, key or authorities cannot be used: ${detail}`, {
    detail: detail.slice(0, 300),
  });
}

export function contextOf({ certificate, key, authorities }: TlsMaterial): SecureContextOptions {
  return { cert: certificate, key, ca: authorities, minVersion: "TLSv1.2" };
}

/** Answers until when the certificate holds. Throws Fault when the three do not make a door. */
export function checkMaterial(material: TlsMaterial): Instant {
  try {
    // Without authorities of its own Node would trust every public one: any certificate anybody can buy.
    const authorities = material.authorities.match(PEM_BLOCK) ?? [];
    if (authorities.length === 0) throw new Error("no certificate of an authority");
    authorities.forEach(readCertificate);
    createSecureContext(contextOf(material));
    return Date.parse(readCertificate(material.certificate).validTo);
  } catch (error) {
    throw unusable(error instanceof Error ? error.message : String(error));
  }
}

function readCertificate(pem: string): X509Certificate {
  return new X509Certificate(pem);
}

/** For material that is to replace what works: what has run out already replaces nothing. */
export function checkRenewal(material: TlsMaterial, now: Instant): Instant {
  const until = checkMaterial(material);
  if (until > now) return until;
  throw unusable(`the certificate ran out on ${new Date(until).toISOString()}`);
}
