/**
 * Which sensor a client certificate stands for. The certificate has been checked against the authorities before; here
 * it is only given a name, or refused when the settings name others and not this one.
 */
import { Fault } from "../../../kernel/index.ts";

/** What of `tls.PeerCertificate` is looked at. */
export interface ClientCertificate {
  readonly fingerprint256?: string | undefined;
  readonly subject?: { readonly CN?: string | string[] | undefined } | undefined;
  /** "DNS:a.example, IP Address:192.0.2.1". */
  readonly subjectaltname?: string | undefined;
}

export type CertificateRules = ReadonlyMap<string, string>;

const MAX_SENSOR_CHARS = 120;
const FINGERPRINT = /^[0-9a-f]{64}$/u;

function plainFingerprint(text: string): string {
  return text.replaceAll(":", "").toLowerCase();
}

/** `FINGERPRINT=sensor`, `CN=name=sensor` or `DNS:name=sensor`, one entry each. Throws Fault naming the entry. */
export function certificateRules(entries: readonly string[]): CertificateRules {
  return new Map(
    entries.map((entry) => {
      const at = entry.lastIndexOf("=");
      const who = entry.slice(0, at).trim();
      const sensor = entry.slice(at + 1).trim();
      const fingerprint = plainFingerprint(who);
      const known = FINGERPRINT.test(fingerprint) || /^(?:CN=|DNS:)./u.test(who);
      if (at < 1 || !known || sensor === "" || sensor.length > MAX_SENSOR_CHARS) {
        throw new Fault(
          "invalid",
          "ingest.tls.rule",
          `"${entry}" is no certificate rule: SHA-256 fingerprint, CN=name or DNS:name, then = and the sensor`,
          { entry },
        );
      }
      return [FINGERPRINT.test(fingerprint) ? fingerprint : who, sensor];
    }),
  );
}

function namesOf(certificate: ClientCertificate): string[] {
  const cn = certificate.subject?.CN;
  const common = typeof cn === "string" ? [cn] : (cn ?? []);
  // Names with a comma are quoted by Node and so never equal a rule.
  const alternatives = (certificate.subjectaltname ?? "").split(", ").filter((name) => name.startsWith("DNS:"));
  return [...common.map((name) => `CN=${name}`), ...alternatives];
}

/** The sensor, or undefined when this certificate is not to be let in. */
export function sensorOfCertificate(certificate: ClientCertificate, rules: CertificateRules): string | undefined {
  const fingerprint = plainFingerprint(certificate.fingerprint256 ?? "");
  if (!FINGERPRINT.test(fingerprint)) return undefined;
  const names = namesOf(certificate);
  if (rules.size > 0) {
    return [fingerprint, ...names].map((who) => rules.get(who)).find((sensor) => sensor !== undefined);
  }
  const name = names[0]?.replace(/^(?:CN=|DNS:)/u, "").trim();
  return name === undefined || name === "" ? fingerprint.slice(0, 16) : name.slice(0, MAX_SENSOR_CHARS);
}
