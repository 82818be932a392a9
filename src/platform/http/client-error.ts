import { tableOf } from "../../kernel/index.ts";
import type { Socket } from "node:net";
import { SECURITY_HEADERS } from "./security-headers.ts";

const STATUS = tableOf<readonly [number, string, string]>({
  HPE_HEADER_OVERFLOW: [431, "Request Header Fields Too Large", "http.headers.too_large"],
  ERR_HTTP_REQUEST_TIMEOUT: [408, "Request Timeout", "http.request.timeout"],
});
const MALFORMED = [400, "Bad Request", "http.request.malformed"] as const;

/** What never became a request (broken framing, endless headers, silence) is answered as a problem too, then cut off. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, reason, code] = STATUS[error.code ?? ""] ?? MALFORMED;
  const instance = crypto.randomUUID();
  const problem = { type: `urn:khien:fault:${code}`, title: code, status, instance, code, params: {} };
  const body = JSON.stringify(problem);
  const headers = {
    ...SECURITY_HEADERS,
    "content-type": "application/problem+json",
    "content-length": String(Buffer.byteLength(body)),
    connection: "close",
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${reason}\r\n${lines.join("")}\r\n${body}`);
}
