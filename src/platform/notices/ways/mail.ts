import { readFileSync } from "node:fs";
import { createTransport } from "nodemailer";
import type { EgressGate } from "../../egress/index.ts";
import { SEND_TIMEOUT_MS } from "../limits.ts";
import { asUndelivered, Undelivered } from "./refusal.ts";

export interface MailSettings {
  readonly host: string;
  readonly port: number;
  readonly tls: "starttls" | "tls" | "none";
  readonly user: string | undefined;
  readonly passwordFile: string | undefined;
  readonly from: string;
  readonly caFile: string | undefined;
}

export interface Mail {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export function mailDestination(settings: Pick<MailSettings, "host" | "port">): string {
  return `${settings.host}:${settings.port}`;
}

/** One message to the mail server the settings name, through the egress gate. Nothing of it is logged. */
export async function sendMail(mail: Mail, { settings, egress }: { settings: MailSettings; egress: EgressGate }) {
  try {
    egress.permitConnection("mail", mailDestination(settings));
    const transport = createTransport({
      host: settings.host,
      port: settings.port,
      secure: settings.tls === "tls",
      requireTLS: settings.tls === "starttls",
      ignoreTLS: settings.tls === "none",
      tls: {
        minVersion: "TLSv1.2",
        ...(settings.caFile === undefined ? {} : { ca: readFileSync(settings.caFile) }),
      },
      ...(settings.user === undefined ? {} : { auth: { user: settings.user, pass: passwordOf(settings) } }),
      connectionTimeout: SEND_TIMEOUT_MS,
      greetingTimeout: SEND_TIMEOUT_MS,
      socketTimeout: SEND_TIMEOUT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    try {
      await transport.sendMail({
        from: settings.from,
        to: { name: "", address: mail.to },
        subject: mail.subject,
        text: mail.text,
        // The same for every repetition, so that a mail server or reader can tell one.
        messageId: `<${mail.id}@khien.notice>`,
        headers: { "x-khien-id": mail.id, "auto-submitted": "auto-generated" },
      });
    } finally {
      transport.close();
    }
  } catch (error) {
    throw refusalOf(error);
  }
}

function passwordOf({ passwordFile }: MailSettings): string {
  return passwordFile === undefined ? "" : readFileSync(passwordFile, "utf8").replace(/\r?\n$/u, "");
}

/** Only the kind of failure is kept: what the server says may quote addresses. */
function refusalOf(error: unknown): Undelivered {
  const { code, responseCode } = (error ?? {}) as { code?: unknown; responseCode?: unknown };
  if (code === "EAUTH") return new Undelivered("notices.mail.sign_in_refused", { final: false });
  if (code === "ETLS") return new Undelivered("notices.mail.not_secured", { final: false });
  if (code === "ENOENT" || code === "EACCES") return new Undelivered("notices.mail.file_unreadable", { final: false });
  // 5xx of RFC 5321 §4.2.1: the same would be refused again.
  if (typeof responseCode === "number" && responseCode >= 500) {
    return new Undelivered("notices.mail.refused", { final: true });
  }
  if (typeof responseCode === "number") return new Undelivered("notices.mail.postponed", { final: false });
  return asUndelivered(error);
}
