/** One hostile input: what is sent, and what a sound server makes of it. */
import type { ApiClient } from "../flows/api-client.ts";
import type { ServerChild } from "../faults/server-child.ts";

export interface Target {
  readonly child: ServerChild;
  readonly url: URL;
  /** Ingest token. */
  readonly sender: ApiClient;
  /** Signed-in administrator; one of several, so that call limits stay out of the way. */
  admin(): ApiClient;
  readonly ingestToken: string;
  readonly udpPort: number;
  readonly tcpPort: number;
}

/** `closed`: the connection was ended without an answer. */
export interface Reply {
  readonly status: number | "closed";
  readonly text: string;
}

export interface Expected {
  /** Any of these. */
  readonly status: readonly Reply["status"][];
  /** Fault code of a problem answer. */
  readonly code?: string;
  readonly accepted?: number;
  /** Codes of the rejected lines, in order. */
  readonly rejected?: readonly string[];
  /** Anything else the answer must hold; answers a complaint. */
  readonly holds?: (reply: Reply) => string | undefined;
}

export interface HostileCase {
  readonly name: string;
  readonly ask: (target: Target) => Promise<Reply>;
  readonly expect: Expected;
  /** How long the answer may take; default 10 s. */
  readonly withinMs?: number;
}

/** Signs of the inside of the program in an answer. */
const LEAK = /\n\s+at |node:internal|node_modules|\/src\/|\.ts:\d+|SQLITE_|Error: |DuckDB|Binder|Catalog/u;

/** Everything about a reply that is not as it should be. */
export function complaints(reply: Reply, expected: Expected): string[] {
  const found: string[] = [];
  if (!expected.status.includes(reply.status))
    found.push(`status ${reply.status} instead of ${expected.status.join(" or ")}: ${reply.text.slice(0, 300)}`);
  const body = jsonOf(reply.text);
  const isProblem = typeof reply.status === "number" && reply.status >= 400;
  if (isProblem && LEAK.test(reply.text))
    found.push(`the answer shows the inside of the program: ${reply.text.slice(0, 300)}`);
  if (reply.status === 500) found.push("an internal error");
  if (expected.code !== undefined && body.code !== expected.code)
    found.push(`code ${body.code} instead of ${expected.code}`);
  if (expected.accepted !== undefined && body.accepted !== expected.accepted) {
    found.push(`${body.accepted} accepted instead of ${expected.accepted}: ${reply.text.slice(0, 300)}`);
  }
  if (expected.rejected !== undefined) {
    const codes = (body.rejected ?? []).map(({ code }) => code).join();
    if (codes !== expected.rejected.join()) found.push(`rejected ${codes} instead of ${expected.rejected.join()}`);
  }
  const complaint = expected.holds?.(reply);
  if (complaint !== undefined) found.push(complaint);
  return found;
}

function jsonOf(text: string): { code?: string; accepted?: number; rejected?: { code: string }[] } {
  try {
    return JSON.parse(text) as object;
  } catch {
    return {};
  }
}
