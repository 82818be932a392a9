import { type Asked, SESSION_COOKIE } from "../../http/index.ts";
import { DEVICE_DAYS, PENDING_MS } from "../limits.ts";
import type { Browser, Opened, Session } from "../sessions.ts";
import { isWaiting, type Pending, type Waiting } from "./sign-in.ts";

/** Marks a browser as one the person signed in from before; opens nothing by itself. */
export const DEVICE_COOKIE = "khien_device";
/** Ties the second step of a sign-in to the browser of the first. */
export const PENDING_COOKIE = "khien_pending";

type Cookies = Pick<Asked<unknown, unknown, unknown>, "headers" | "setCookie" | "clearCookie">;

export function answer(asked: Cookies, result: Opened | Waiting): Session | Pending {
  if (isWaiting(result)) {
    asked.setCookie(PENDING_COOKIE, result.ticket, { maxAgeSeconds: PENDING_MS / 1000 });
    return result.pending;
  }
  return giveCookies(asked, result);
}

export function giveCookies(asked: Cookies, opened: Opened): Session {
  asked.setCookie(SESSION_COOKIE, opened.cookie, { maxAgeSeconds: opened.maxAgeSeconds });
  asked.setCookie(DEVICE_COOKIE, opened.device, { maxAgeSeconds: DEVICE_DAYS * 86_400 });
  if (cookieOf(asked, PENDING_COOKIE) !== undefined) asked.clearCookie(PENDING_COOKIE);
  return opened.session;
}

export function browserOf(asked: Pick<Asked<unknown, unknown, unknown>, "headers" | "peer">): Browser {
  const agent = asked.headers["user-agent"];
  return {
    peer: asked.peer,
    agent: typeof agent === "string" ? agent : undefined,
    device: cookieOf(asked, DEVICE_COOKIE),
    replaces: cookieOf(asked, SESSION_COOKIE),
  };
}

/** Our cookies hold only base64url; anything else is not ours. */
export function cookieOf(asked: Pick<Asked<unknown, unknown, unknown>, "headers">, name: string): string | undefined {
  const pairs = String(asked.headers.cookie ?? "").split(";");
  const value = pairs
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);
  return value !== undefined && /^[\w-]{43}$/u.test(value) ? value : undefined;
}
