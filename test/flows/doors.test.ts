/** Each door of the whole server to the store: what comes out is read as what it is, and counted by door and sensor. */
import { createSocket } from "node:dgram";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../faults/server-child.ts";
import { ipfix, ip4, set, template, u16, u32, u8 } from "../doors/netflow-datagrams.ts";
import type { ApiClient } from "./api-client.ts";
import { openServer, type TestServer, until } from "./server.ts";

interface Event {
  readonly id: string;
  readonly sensor: string;
  readonly format: string;
  readonly host: string | null;
  readonly logsource: object;
  readonly entities: object;
  readonly raw: string;
}

let server: TestServer;
let reader: ApiClient;
let token = "";
let logs = "";
let netflowPort = 0;
beforeAll(async () => {
  logs = mkdtempSync(join(tmpdir(), "khien-doors-"));
  mkdirSync(join(logs, "web"));
  netflowPort = await freePort();
  server = await openServer({
    config: { netflowPort, netflowExporters: ["127.0.0.1=core-router"], watchFolders: [`web-1=${join(logs, "web")}`] },
  });
  token = (await server.server.parts.auth.service.createToken({ name: "shipper", scope: "ingest" })).secret;
  reader = await server.withToken("read");
});
afterAll(async () => {
  await server.close();
  rmSync(logs, { recursive: true });
});

async function post(path: string, authorization: string, body: string): Promise<unknown> {
  const headers = { authorization, "content-type": "application/json" };
  const answer = await fetch(new URL(path, server.url), { method: "POST", headers, body });
  expect(answer.status).toBe(200);
  return answer.json();
}

/** The one event that holds this word. */
async function eventWith(word: string): Promise<Event> {
  let found: Event[] = [];
  await until(`an event with ${word}`, async () => {
    await server.settled();
    found = await reader.all<Event>(`/api/v1/events?query=${word}`);
    return found.length > 0;
  });
  expect(found).toHaveLength(1);
  return found[0] as Event;
}

const failedLogin = (mark: string) =>
  `Nov 22 09:14:05 jump01 sshd[20716]: Failed password for ${mark} from 203.0.113.77 port 40130 ssh2`;
const SSHD = { format: "sshd", host: "jump01", logsource: { product: "linux", service: "sshd" } };

test("Elasticsearch: a winlogbeat document is a Windows event, once for two deliveries", async () => {
  const document = {
    "@timestamp": new Date().toISOString(),
    winlog: {
      channel: "Security",
      event_id: 4625,
      computer_name: "dc1",
      event_data: { TargetUserName: "elasticuser" },
    },
    ecs: { version: "8.0.0" },
  };
  const body = `{"create":{"_index":"winlogbeat"}}\n${JSON.stringify(document)}\n`;
  const basic = `Basic ${Buffer.from(`elastic:${token}`).toString("base64")}`;
  for (const _try of [1, 2]) expect(await post("/elastic/_bulk", basic, body)).toMatchObject({ errors: false });
  expect(await eventWith("elasticuser")).toMatchObject({
    sensor: "shipper",
    format: "winlogbeat",
    host: "dc1",
    logsource: { product: "windows", service: "security" },
  });
});

test("Splunk: a line in an envelope is read as the line it is", async () => {
  const event = { time: Date.now() / 1_000, host: "jump01", event: failedLogin("splunkuser") };
  expect(await post("/services/collector", `Splunk ${token}`, JSON.stringify(event))).toEqual({
    text: "Success",
    code: 0,
  });
  expect(await eventWith("splunkuser")).toMatchObject(SSHD);
});

test("OTLP: a line in a log record is read as the line it is", async () => {
  const record = { timeUnixNano: `${Date.now()}000000`, body: { stringValue: failedLogin("otlpuser") } };
  const resource = { attributes: [{ key: "host.name", value: { stringValue: "jump01" } }] };
  const body = { resourceLogs: [{ resource, scopeLogs: [{ logRecords: [record] }] }] };
  expect(await post("/v1/logs", `Bearer ${token}`, JSON.stringify(body))).toEqual({});
  expect(await eventWith("otlpuser")).toMatchObject(SSHD);
});

test("NetFlow: a flow has addresses, ports and a log source of its own", async () => {
  const user = Buffer.from("flowuser");
  const fields = [
    [8, 4],
    [12, 4],
    [7, 2],
    [11, 2],
    [4, 1],
    [1, 4],
    [371, 65_535],
    [150, 4],
  ] as const;
  const flow = [ip4("192.0.2.1"), ip4("198.51.100.9"), u16(50_000), u16(443), u8(6), u32(5_000), u8(user.length), user];
  const now = u32(Math.floor(Date.now() / 1_000));
  const socket = createSocket("udp4");
  const datagram = ipfix([set(2, template(256, fields)), set(256, ...flow, now)]);
  await new Promise<void>((done) => socket.send(datagram, netflowPort, "127.0.0.1", () => done()));
  socket.close();
  expect(await eventWith("flowuser")).toMatchObject({
    sensor: "core-router",
    format: "netflow",
    logsource: { product: "network", service: "flow" },
    entities: { srcIp: "192.0.2.1", srcPort: 50_000, dstIp: "198.51.100.9", dstPort: 443 },
  });
});

test("a watched folder: lines as they are added", async () => {
  const file = join(logs, "web", "auth.log");
  writeFileSync(file, `${failedLogin("fileuser")}\n`);
  expect(await eventWith("fileuser")).toMatchObject({ ...SSHD, sensor: "web-1" });
  appendFileSync(file, `${failedLogin("latefileuser")}\n`);
  expect(await eventWith("latefileuser")).toMatchObject(SSHD);
});

test("what came is counted by door and sensor", async () => {
  const { doors, listeners } = await reader.get<{ doors: { door: string }[]; listeners: { name: string }[] }>(
    "/api/v1/ingest",
  );
  const of = (door: string) => doors.find((one) => one.door === door);
  expect(of("elastic")).toMatchObject({ sensor: "shipper", deliveries: 2, accepted: 2, rejected: 0, refused: 0 });
  expect(of("splunk")).toMatchObject({ accepted: 1 });
  expect(of("otlp")).toMatchObject({ accepted: 1 });
  expect(of("watch")).toMatchObject({ sensor: "web-1", accepted: 2 });
  expect(listeners.find(({ name }) => name === "netflow")).toMatchObject({ received: 1, dropped: 0 });
});
