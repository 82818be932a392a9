import { type ContentProblem, Fault, type FaultParams, formatProblem } from "../kernel/index.ts";
import { printable } from "./scan/progress.ts";

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

/**
 * One question to the API of a running server, with a JSON answer; bytes are sent as they are. A refusal carries status
 * and code of the server, and its parameters. Errors: Fault client.*.
 */
export async function ask<Reply = Record<string, unknown>>(
  server: ServerAddress,
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
  path: string,
  body?: unknown,
): Promise<Reply> {
  const isBytes = body instanceof Uint8Array;
  const contentType = isBytes ? "application/octet-stream" : "application/json";
  const answer = await fetch(new URL(path, server.url), {
    method,
    headers: {
      authorization: `Bearer ${server.token}`,
      ...(body === undefined ? {} : { "content-type": contentType }),
    },
    ...(body === undefined ? {} : { body: isBytes ? new Uint8Array(body) : JSON.stringify(body) }),
    redirect: "error",
  }).catch((error: unknown) => unreachable(server, error));
  if (!answer.ok) throw await refusal(answer);
  if (answer.status === 204) return undefined as Reply;
  return (await answer.json().catch(() => {
    const params = { url: server.url.origin };
    throw new Fault("unavailable", "client.answer.unreadable", `what answers at ${params.url} is no Khiên`, params);
  })) as Reply;
}

interface Problem {
  readonly code?: string;
  readonly detail?: string;
  readonly params?: FaultParams;
  readonly problems?: readonly ContentProblem[];
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

/** Lines of a refusal that are told; the server knows more. */
const SHOWN_PROBLEMS = 20;

async function refusal(answer: Response): Promise<Fault> {
  const problem = (await answer.json().catch(() => ({}))) as Problem;
  const { status } = answer;
  const lines = [
    `the server answered ${status}: ${problem.detail ?? problem.code ?? answer.statusText}`,
    ...(problem.problems ?? []).slice(0, SHOWN_PROBLEMS).map((one) => `  ${formatProblem(one)}`),
    ...(problem.errors ?? []).slice(0, SHOWN_PROBLEMS).map(({ path, message }) => `  ${path}: ${message}`),
  ];
  const params = { ...problem.params, status, code: problem.code ?? null };
  return new Fault("unavailable", "client.request.refused", lines.map((line) => printable(line)).join("\n"), params);
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
