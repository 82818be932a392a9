import type { Problem } from "./types.ts";

/** An answer of the server that says no, or the absence of an answer (`status` 0). */
export class ApiFault extends Error {
  readonly status: number;
  readonly code: string;
  readonly params: Problem["params"];
  readonly detail: string | undefined;
  readonly requestId: string | undefined;
  readonly errors: NonNullable<Problem["errors"]>;
  /** What is wrong with content that was sent, line by line. */
  readonly problems: NonNullable<Problem["problems"]>;
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, problem: Partial<Problem>, retryAfterSeconds?: number) {
    super(problem.title ?? problem.code ?? `HTTP ${status}`);
    this.name = "ApiFault";
    this.status = status;
    this.code = problem.code ?? `http.status.${status}`;
    this.params = problem.params ?? {};
    this.detail = problem.detail;
    this.requestId = problem.instance;
    this.errors = problem.errors ?? [];
    this.problems = problem.problems ?? [];
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;
interface Call {
  readonly query?: Query | undefined;
  readonly body?: unknown;
  /** Sent as it is (archives). */
  readonly file?: Blob;
  readonly signal?: AbortSignal | undefined;
  readonly reason?: string;
}

/** Steps of signing in, where "401" is an answer and no end of a session. */
const SIGN_IN: ReadonlySet<string> = new Set([
  "/session",
  "/session/second-step",
  "/session/passkey",
  "/session/passkey-options",
  "/oidc/finish",
]);

let csrfToken = "";
let onSignedOut: () => void = () => undefined;
let askForProof: () => Promise<boolean> = () => Promise.resolve(false);
let askForReason: (kind: string) => Promise<string | undefined> = () => Promise.resolve(undefined);
const PROOF_NEEDED = "auth.step_up.required";
const REASON_NEEDED = "approvals.reason.needed";

export function rememberCsrfToken(token: string): void {
  csrfToken = token;
}
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

/** What shows the dialog; true when the person proved to be there, and the request is sent again. */
export function whenProofNeeded(ask: () => Promise<boolean>): () => void {
  askForProof = ask;
  return () => {
    askForProof = () => Promise.resolve(false);
  };
}

/** What asks why; the request is sent again with the reason, for another person to agree to. */
export function whenReasonNeeded(ask: (kind: string) => Promise<string | undefined>): () => void {
  askForReason = ask;
  return () => {
    askForReason = () => Promise.resolve(undefined);
  };
}

export function address(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query))
    if (value !== undefined && value !== "") params.set(key, String(value));
  const text = params.toString();
  return `/api/v1${path}${text === "" ? "" : `?${text}`}`;
}

async function faultOf(response: Response): Promise<ApiFault> {
  const after = Number(response.headers.get("retry-after"));
  const retryAfter = Number.isFinite(after) && after > 0 ? after : undefined;
  try {
    return new ApiFault(response.status, (await response.json()) as Problem, retryAfter);
  } catch {
    return new ApiFault(response.status, {}, retryAfter);
  }
}

/** An answer that never ends by itself. */
async function stream(path: string, query: Query, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
  const response = await answered(path, fetch(address(path, query), { credentials: "same-origin", signal }));
  if (response.body === null) throw await faultOf(response);
  return response.body;
}

async function fetchFile(path: string): Promise<{ readonly name: string; readonly content: Blob }> {
  const response = await withProof((reason) => send("POST", path, { body: {}, ...reason }));
  const name = /filename="([^"]+)"/u.exec(response.headers.get("content-disposition") ?? "")?.[1] ?? "download";
  return { name, content: await response.blob() };
}

async function call<Answer>(method: string, path: string, sent: Call = {}): Promise<Answer> {
  const response = await withProof((reason) => send(method, path, { ...sent, ...reason }));
  return (response.status === 204 ? undefined : await response.json()) as Answer;
}

/** Sent again by itself when the person proved to be there, or said why. */
async function withProof(attempt: (sent: { readonly reason?: string }) => Promise<Response>): Promise<Response> {
  try {
    return await attempt({});
  } catch (error) {
    if (!(error instanceof ApiFault)) throw error;
    if (error.code === PROOF_NEEDED && (await askForProof())) return withProof(attempt);
    if (error.code !== REASON_NEEDED) throw error;
    const reason = await askForReason(String(error.params["kind"] ?? ""));
    if (reason === undefined) throw error;
    return attempt({ reason });
  }
}

function send(method: string, path: string, { query, body, file, signal, reason }: Call): Promise<Response> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (method !== "GET") headers["x-csrf-token"] = csrfToken;
  if (body !== undefined) headers["content-type"] = "application/json";
  if (reason !== undefined) headers["x-approval-reason"] = encodeURIComponent(reason);
  if (file !== undefined) headers["content-type"] = "application/octet-stream";
  const asked = fetch(address(path, query), {
    method,
    headers,
    credentials: "same-origin",
    body: file ?? (body === undefined ? null : JSON.stringify(body)),
    signal: signal ?? null,
  });
  return answered(path, asked);
}

async function answered(path: string, asked: Promise<Response>): Promise<Response> {
  let response: Response;
  try {
    response = await asked;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiFault(0, { code: "network.unreachable" });
  }
  if (!response.ok) {
    const fault = await faultOf(response);
    if (response.status === 401 && !SIGN_IN.has(path)) onSignedOut();
    throw fault;
  }
  return response;
}

export const api = {
  get: <Answer>(path: string, query?: Query, signal?: AbortSignal) => call<Answer>("GET", path, { query, signal }),
  /** What was asked for before this program was there. */
  begun: async <Answer>(path: string, asked: Promise<Response>) =>
    (await (await answered(path, asked)).json()) as Answer,
  stream,
  post: <Answer>(path: string, body?: unknown) => call<Answer>("POST", path, { body: body ?? {} }),
  put: <Answer>(path: string, body: unknown) => call<Answer>("PUT", path, { body }),
  patch: <Answer>(path: string, body: unknown) => call<Answer>("PATCH", path, { body }),
  remove: (path: string) => call<void>("DELETE", path),
  /** A file that is made on demand: the server writes down who took it. */
  fetchFile,
  upload: <Answer>(path: string, query: Query, file: Blob) => call<Answer>("POST", path, { query, file }),
};
