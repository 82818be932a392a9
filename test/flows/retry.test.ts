/** What a shipper may do to us: send twice, send broken lines, send lines nobody understands. */
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readOwnRules } from "../content/own-rules.ts";
import type { ApiClient } from "./api-client.ts";
import { openServer, type TestServer } from "./server.ts";

interface Alert {
  readonly id: string;
  readonly count: number;
  readonly status: string;
}
interface StoredEvent {
  readonly id: string;
  readonly raw: string;
  readonly format: string;
  readonly parseFailure?: string;
}

const LINES = 300;
let server: TestServer;
let analyst: ApiClient;
beforeAll(async () => {
  server = await openServer();
  analyst = await server.as("analyst");
});
afterAll(() => server.close());

const eventsOf = (sensor: string) => analyst.all<StoredEvent>(`/api/v1/events?limit=1000&query=sensor:${sensor}`);

/** NDJSON on which an own rule fires on every third line. */
function batch(first = 0): string {
  const sample =
    readOwnRules()
      .files.flatMap(({ firing }) => firing)
      .find(({ format }) => format === "nxlog")?.records[0]?.raw ?? "{}";
  const fields = JSON.parse(sample) as Record<string, unknown>;
  const lines = Array.from({ length: LINES }, (_, n) =>
    JSON.stringify(n % 3 === 0 ? { ...fields, RecordNumber: first + n } : { message: `quiet line ${n % 7}` }),
  );
  return `${lines.join("\n")}\n`;
}

describe("the same batch again", () => {
  test.each([
    ["plain", (text: string): Uint8Array<ArrayBuffer> => Buffer.from(text), undefined],
    ["gzip", (text: string) => gzipSync(text), "gzip"],
    ["zstd", (text: string) => zstdCompressSync(text), "zstd"],
  ])("is no second event and no second finding: %s", async (name, pack, encoding) => {
    const sender = await server.withToken("ingest", name);
    const send = () => sender.deliver(pack(batch()), encoding === undefined ? {} : { encoding });
    const all = () => analyst.all<Alert>("/api/v1/alerts");
    const state = async () => {
      await server.settled();
      const alerts = await all();
      const findings = await Promise.all(
        alerts.map(({ id }) => analyst.all<{ id: string }>(`/api/v1/alerts/${id}/findings?limit=500`)),
      );
      const events = await eventsOf(name);
      return {
        ids: events.map(({ id }) => id).sort(),
        alerts,
        findings: findings
          .flat()
          .map(({ id }) => id)
          .sort(),
      };
    };
    expect((await send()).body).toEqual({ accepted: LINES, rejected: [], rejectedTotal: 0 });
    const once = await state();
    expect(once.ids).toHaveLength(LINES);
    expect(once.findings.length).toBeGreaterThanOrEqual(LINES / 3);
    expect((await send()).body.accepted).toBe(LINES);
    expect(await state()).toEqual(once);
  });

  test("is not even an empty alert after the first one was closed", async () => {
    const before = await analyst.all<Alert>("/api/v1/alerts");
    const close = { ids: before.map(({ id }) => id), do: { action: "close", reason: "benign" } };
    expect((await analyst.post("/api/v1/alerts/actions", close)).status).toBe(200);
    const sender = await server.withToken("ingest", "plain");
    await sender.deliver(batch());
    // A shipper that resumes in the middle sends only the tail again.
    await sender.deliver(
      batch()
        .split("\n")
        .slice(LINES / 2)
        .join("\n"),
    );
    await server.settled();
    const after = await analyst.all<Alert>("/api/v1/alerts");
    expect(after).toHaveLength(before.length);
    const { transitions } = await analyst.get<{ transitions: { action: string }[] }>(`/api/v1/alerts/${after[0]?.id}`);
    expect(transitions.map(({ action }) => action)).toEqual(["created", "close"]);
    expect(after.filter(({ status }) => status !== "closed")).toEqual([]);
    expect(after.map(({ count }) => count)).toEqual(before.map(({ count }) => count));
    // And it has not held up what comes after it.
    await sender.deliver(batch(LINES));
    await server.settled();
    const opened = (await analyst.all<Alert>("/api/v1/alerts")).filter(({ status }) => status === "open");
    expect(opened.length).toBeGreaterThan(0);
    expect(opened.map(({ count }) => count)).toEqual(opened.map(() => LINES / 3));
  });

  test("from another sensor it is another event", async () => {
    for (const sensor of ["one", "two"])
      await (await server.withToken("ingest", sensor)).deliver('{"same":1}\n{"same":1}\n');
    await server.settled();
    const [one, two] = [await eventsOf("one"), await eventsOf("two")];
    expect(new Set([...one, ...two].map(({ id }) => id)).size).toBe(4);
  });
});

test("broken lines are told by number and code, the others are kept", async () => {
  const lines: [content: string | Buffer, code: string | undefined][] = [
    ['{"n":1}', undefined],
    ["{broken", "ingest.line.not_json"],
    ["", undefined],
    ["[1,2]", "ingest.line.not_object"],
    ["null", "ingest.line.not_object"],
    ['"text"', "ingest.line.not_object"],
    [`{"n":"${"x".repeat(1_100_000)}"}`, "ingest.line.too_long"],
    [Buffer.from([0x7b, 0x22, 0x6e, 0x22, 0x3a, 0x22, 0xff, 0xfe, 0x22, 0x7d]), undefined],
    ['{"n":9}\r', undefined],
    ['{"n":10', "ingest.line.not_json"],
  ];
  const sender = await server.withToken("ingest", "partial");
  const body = Buffer.concat(
    lines.flatMap(([content], n) => (n === 0 ? [Buffer.from(content)] : [Buffer.from("\n"), Buffer.from(content)])),
  );
  const { body: receipt, status } = await sender.deliver(body);
  expect(status).toBe(200);
  expect(receipt.accepted).toBe(3);
  const expected = lines.flatMap(([, code], n) => (code === undefined ? [] : [{ line: n + 1, code }]));
  expect(receipt.rejected.map(({ line, code }) => ({ line, code }))).toEqual(expected);
  expect(receipt.rejectedTotal).toBe(expected.length);
  await server.settled();
  expect(await eventsOf("partial")).toHaveLength(3);
});

test("lines no format knows are kept, counted and found, with the reason", async () => {
  const sender = await server.withToken("ingest", "unknown");
  const lines = ["Máy bơm số 4 đã dừng", "### 12 | torque=high | ###", "日本語のログ"];
  expect((await sender.deliver(lines.join("\n"), { type: "text/plain" })).body.accepted).toBe(lines.length);
  await server.settled();
  const events = await eventsOf("unknown");
  expect(new Set(events.map(({ raw }) => raw))).toEqual(new Set(lines));
  for (const event of events)
    expect(event).toMatchObject({ format: "raw", parseFailure: expect.stringMatching(/\S/u) });
  const found = await analyst.all<StoredEvent>(`/api/v1/events?query=${encodeURIComponent("may bom parse_failure:*")}`);
  expect(found.map(({ raw }) => raw)).toEqual([lines[0]]);
  const { items } = await analyst.get<{ items: { name: string; parseFailures: number }[] }>("/api/v1/sensors");
  expect(items.find(({ name }) => name === "unknown")?.parseFailures).toBe(lines.length);
});
