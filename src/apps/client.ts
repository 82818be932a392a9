import { Fault } from "../kernel/index.ts";

/** Where a running Khiên listens and with what this program speaks to it. */
export interface ServerAddress {
  readonly url: URL;
  readonly token: string;
}

export interface Delivery {
  readonly accepted: number;
  readonly rejected: readonly { readonly line: number; readonly code: string; readonly detail: string }[];
  readonly rejectedTotal: number;
}

export interface Parcel {
  readonly body: string;
  readonly contentType: "application/x-ndjson" | "text/plain";
  readonly query: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Tries at one parcel while the server is busy or coming up. */
const TRIES = 60;
const LONGEST_WAIT_MS = 10_000;

/**
 * Sends one parcel of lines through the HTTP door and waits until it is acknowledged. While the server says busy it
 * waits as told and sends the same parcel again: ids are deterministic, so a retry is never a second event.
 * Errors: Fault client.*.
 */
export async function deliver(server: ServerAddress, parcel: Parcel, signal?: AbortSignal): Promise<Delivery> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await post(server, parcel, signal).catch((error: unknown) => unreachable(server, error));
    if (answer.status === 200) return (await answer.json()) as Delivery;
    const mayWait = answer.status === 429 || answer.status === 503;
    const detail = await problemDetail(answer);
    if (!mayWait || attempt === TRIES) {
      throw new Fault("unavailable", "client.delivery.refused", `the server answered ${answer.status}: ${detail}`, {
        status: answer.status,
      });
    }
    const seconds = Number(answer.headers.get("retry-after") ?? "1");
    await pause(Math.min(LONGEST_WAIT_MS, Math.max(100, seconds * 1000)), signal);
  }
}

function post(server: ServerAddress, parcel: Parcel, signal: AbortSignal | undefined): Promise<Response> {
  const url = new URL("/api/v1/events", server.url);
  for (const [name, value] of Object.entries(parcel.query)) url.searchParams.set(name, value);
  return fetch(url, {
    method: "POST",
    headers: { "content-type": parcel.contentType, authorization: `Bearer ${server.token}`, ...parcel.headers },
    body: parcel.body,
    redirect: "error",
    ...(signal === undefined ? {} : { signal }),
  });
}

function unreachable(server: ServerAddress, error: unknown): never {
  if (error instanceof Error && error.name === "AbortError") throw error;
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
  throw new Fault("unavailable", "client.server.unreachable", `no Khiên at ${server.url.origin}: ${cause}`, {
    url: server.url.origin,
  });
}

async function problemDetail(answer: Response): Promise<string> {
  const problem = (await answer.json().catch(() => ({}))) as { code?: string; detail?: string };
  return problem.detail ?? problem.code ?? answer.statusText;
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new DOMException("aborted", "AbortError"));
    });
  });
}

/** One question to the API of a running server, with a JSON answer. Errors: Fault client.*. */
export async function ask(
  server: ServerAddress,
  method: "GET" | "POST",
  path: string,
  body?: unknown,
): Promise<Record<string, unknown>> {
  const answer = await fetch(new URL(path, server.url), {
    method,
    headers: {
      authorization: `Bearer ${server.token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    redirect: "error",
  }).catch((error: unknown) => unreachable(server, error));
  if (answer.ok) return (await answer.json()) as Record<string, unknown>;
  const detail = await problemDetail(answer);
  throw new Fault("unavailable", "client.request.refused", `the server answered ${answer.status}: ${detail}`, {
    status: answer.status,
  });
}

/** What answers at a place: our server, something else, or nothing. */
export async function whoAnswers(url: URL): Promise<"khien" | "other" | "nobody"> {
  try {
    const answer = await fetch(new URL("/healthz", url), { redirect: "error", signal: AbortSignal.timeout(3_000) });
    const body = (await answer.json().catch(() => ({}))) as { status?: unknown };
    return answer.ok && body.status === "ok" ? "khien" : "other";
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as { code?: string };
    // Refused: nobody listens. Anything else that was reached and does not speak HTTP is another program.
    return code === "ECONNREFUSED" || code === "EHOSTUNREACH" || code === "EADDRNOTAVAIL" ? "nobody" : "other";
  }
}
