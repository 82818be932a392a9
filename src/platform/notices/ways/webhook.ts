import { createHmac, randomBytes } from "node:crypto";
import { Fault } from "../../../kernel/index.ts";
import type { EgressGate } from "../../egress/index.ts";
import { MAX_ANSWER_BYTES, MAX_RETRY_MS, MAX_URL_CHARACTERS, SEND_TIMEOUT_MS } from "../limits.ts";
import { asUndelivered, Undelivered } from "./refusal.ts";

export interface Hook {
  readonly id: string;
  readonly url: string;
  readonly body: string;
  readonly contentType: "application/json" | "application/x-www-form-urlencoded";
  readonly secret: string;
  readonly authorization: string | null;
  /** Seconds since 1970. */
  readonly timestamp: number;
}

const PREFIX = "whsec_";

export function newHookSecret(): string {
  return `${PREFIX}${randomBytes(32).toString("base64")}`;
}

/** Signature of the Standard Webhooks scheme: HMAC-SHA-256 of `id.timestamp.body` under the decoded secret. */
export function signatureOf({
  id,
  timestamp,
  body,
  secret,
}: Pick<Hook, "id" | "timestamp" | "body" | "secret">): string {
  const key = Buffer.from(secret.slice(PREFIX.length), "base64");
  return `v1,${createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64")}`;
}

/** Secrets and telephone numbers go over TLS, or stay on this machine. */
export function checkedUrl(text: string): URL {
  const url = text.length <= MAX_URL_CHARACTERS && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:")) {
    throw new Fault("invalid", "notices.destination.url_invalid", "not an http(s) address");
  }
  if (url.username !== "" || url.password !== "") {
    throw new Fault("invalid", "notices.destination.url_credentials", "credentials do not belong into the address");
  }
  if (url.protocol === "http:" && !["127.0.0.1", "[::1]", "localhost"].includes(url.hostname)) {
    throw new Fault("invalid", "notices.destination.url_plain", "beyond this machine only https");
  }
  return url;
}

/** Resolves when the receiver took it (2xx); throws `Undelivered`. */
export async function callHook(hook: Hook, egress: EgressGate): Promise<void> {
  let response: Response;
  try {
    response = await egress.request(checkedUrl(hook.url), {
      method: "POST",
      body: hook.body,
      signal: AbortSignal.timeout(SEND_TIMEOUT_MS),
      headers: {
        "content-type": hook.contentType,
        "user-agent": "Khien-Notices/1",
        "webhook-id": hook.id,
        "webhook-timestamp": String(hook.timestamp),
        "webhook-signature": signatureOf(hook),
        ...(hook.authorization === null ? {} : { authorization: hook.authorization }),
      },
    });
  } catch (error) {
    throw asUndelivered(error);
  }
  await forget(response);
  if (response.ok) return;
  const { status } = response;
  const seconds = Number(response.headers.get("retry-after"));
  const waitMs = Number.isFinite(seconds) && seconds > 0 ? Math.min(MAX_RETRY_MS, seconds * 1_000) : undefined;
  // Of what the sender did wrong only these may right themselves.
  const final = status >= 400 && status < 500 && status !== 408 && status !== 425 && status !== 429;
  throw new Undelivered(`notices.hook.answered_${status}`, { final, waitMs });
}

/** The answer is nobody's business; a little of it is read so that the connection can be used again. */
async function forget(response: Response): Promise<void> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  try {
    for (let seen = 0; seen < MAX_ANSWER_BYTES; ) {
      const { done, value } = await reader.read();
      if (done) return;
      seen += value.length;
    }
    await reader.cancel();
  } catch {
    // What the answer held does not change that it came.
  }
}
