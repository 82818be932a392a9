/** Clients of the HTTP doors that behave as shippers should: batches, gzip, and the same batch again after "later". */
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

const packed = promisify(gzip);

export interface HttpDelivery {
  readonly url: URL;
  readonly token: string;
  readonly lines: number;
  readonly line: (n: number) => string;
  readonly batch?: number;
  /** Requests under way at once. */
  readonly connections?: number;
}

export interface Delivered {
  readonly retries: number;
  /** From sending to the acknowledgement, milliseconds, sorted. */
  readonly answerMs: readonly number[];
}

interface Protocol {
  readonly path: string;
  readonly scheme: string;
  readonly type: string;
  body(lines: readonly string[]): string;
  /** A complaint about an answer of status 200. */
  complaint(answer: string, count: number): string | undefined;
}

const ELASTIC: Protocol = {
  path: "/elastic/logs-test/_bulk?filter_path=errors,items.*.status,items.*.error",
  scheme: "Bearer",
  type: "application/x-ndjson",
  body: (lines) => lines.map((message) => `{"create":{}}\n${JSON.stringify({ message })}\n`).join(""),
  complaint: (answer, count) => {
    const { errors, items } = JSON.parse(answer) as { errors: boolean; items: unknown[] };
    return errors || items.length !== count ? answer.slice(0, 300) : undefined;
  },
};

const SPLUNK: Protocol = {
  path: "/services/collector/event",
  scheme: "Splunk",
  type: "application/json",
  body: (lines) => lines.map((event) => JSON.stringify({ host: "test", event })).join(""),
  complaint: (answer) => (answer === '{"text":"Success","code":0}' ? undefined : answer),
};

const OTLP: Protocol = {
  path: "/v1/logs",
  scheme: "Bearer",
  type: "application/json",
  body: (lines) => {
    const timeUnixNano = `${Date.now()}000000`;
    const logRecords = lines.map((stringValue) => ({ timeUnixNano, body: { stringValue } }));
    const resource = { attributes: [{ key: "host.name", value: { stringValue: "test" } }] };
    return JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ scope: { name: "test" }, logRecords }] }] });
  },
  complaint: (answer) => (answer === "{}" ? undefined : answer),
};

const OWN: Protocol = {
  path: "/api/v1/events",
  scheme: "Bearer",
  type: "application/x-ndjson",
  body: (lines) => lines.map((message) => `${JSON.stringify({ message })}\n`).join(""),
  complaint: (answer, count) =>
    (JSON.parse(answer) as { accepted: number }).accepted === count ? undefined : answer.slice(0, 300),
};

export const PROTOCOLS = { elastic: ELASTIC, splunk: SPLUNK, otlp: OTLP, events: OWN } as const;

/** Resolves when everything is acknowledged; rejects with the first answer that is neither yes nor later. */
export async function deliverOverHttp(protocol: Protocol, delivery: HttpDelivery): Promise<Delivered> {
  const { lines, line, batch = 5_000, connections = 2 } = delivery;
  let next = 0;
  let retries = 0;
  const answerMs: number[] = [];
  const worker = async () => {
    while (next < lines) {
      const from = next;
      next = Math.min(lines, from + batch);
      const count = next - from;
      const body = await packed(protocol.body(Array.from({ length: count }, (_, i) => line(from + i))));
      const sent = performance.now();
      retries += await sendUntilTaken(protocol, delivery, { body, count });
      answerMs.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
  return { retries, answerMs: answerMs.sort((a, b) => a - b) };
}

async function sendUntilTaken(
  protocol: Protocol,
  { url, token }: HttpDelivery,
  { body, count }: { body: Buffer<ArrayBuffer>; count: number },
): Promise<number> {
  for (let retries = 0; ; retries++) {
    const answer = await fetch(new URL(protocol.path, url), {
      method: "POST",
      headers: {
        authorization: `${protocol.scheme} ${token}`,
        "content-type": protocol.type,
        "content-encoding": "gzip",
      },
      body,
    });
    const text = await answer.text();
    if (answer.status === 200) {
      const complaint = protocol.complaint(text, count);
      if (complaint === undefined) return retries;
      throw new Error(complaint);
    }
    if (answer.status !== 429 && answer.status !== 503) throw new Error(`${answer.status} ${text.slice(0, 300)}`);
    await pause(1_000 * Number(answer.headers.get("retry-after") ?? 1));
  }
}
