/** Real rsyslog, syslog-ng and softflowd on loopback against the whole server: every line once, none missing. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { JournalRecord } from "../../src/kernel/index.ts";
import { makeAuthority } from "../doors/certificates.ts";
import { freePort } from "../faults/server-child.ts";
import { has, rsyslog, syslogNg } from "../shippers/installed.ts";
import { type RunningShipper, runRsyslog, runSyslogNg, type Transport, type Work } from "../shippers/running.ts";
import { openServer, type TestServer, until } from "./server.ts";

const LINES = 3_000;
const UDP_RATE = 5_000;

let server: TestServer;
let dir = "";
let token = "";
const ports: Record<Transport, number> = { udp: 0, tcp: 0, tls: 0 };
const files = { ca: "", cert: "", key: "" };

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), "khien-shippers-"));
  const authority = makeAuthority("Shippers");
  const write = (name: string, text: string) => {
    writeFileSync(join(dir, name), text, { mode: 0o600 });
    return join(dir, name);
  };
  const [door, sender] = [authority.issue("localhost"), authority.issue("sender-1")];
  files.ca = write("ca.pem", authority.certificate);
  files.cert = write("sender.pem", sender.certificate);
  files.key = write("sender-key.pem", sender.key);
  for (const transport of ["udp", "tcp", "tls"] as const) ports[transport] = await freePort();
  server = await openServer({
    config: {
      syslogUdpPort: ports.udp,
      syslogTcpPort: ports.tcp,
      syslogTlsPort: ports.tls,
      syslogTlsCertFile: write("door.pem", door.certificate),
      syslogTlsKeyFile: write("door-key.pem", door.key),
      syslogTlsCaFile: files.ca,
    },
  });
  token = (await server.server.parts.auth.service.createToken({ name: "shipper", scope: "ingest" })).secret;
});
afterAll(async () => {
  await server.close();
  rmSync(dir, { recursive: true, force: true });
});

let running: RunningShipper | undefined;
afterEach(async () => {
  await running?.stop();
});

/** A delivery of its own: lines nobody else sends. */
function work(name: string, transport: Transport): Work & { readonly mark: string } {
  const mark = `${name}-${transport}`;
  const input = join(dir, `${mark}.log`);
  const text = Array.from({ length: LINES }, (_, i) => `${mark} seq=${i} đăng nhập từ 192.0.2.${i % 250}\n`).join("");
  writeFileSync(input, text);
  return { mark, input, transport, dir: join(dir, mark), port: ports[transport], tls: files, udpRate: UDP_RATE };
}

/** The numbers of all lines with this mark, in the order of the journal. */
async function numbersOf(mark: string): Promise<{ numbers: number[]; records: JournalRecord[] }> {
  const { journal } = server.server.parts.lake;
  const records: JournalRecord[] = [];
  for (let from = journal.stats().first; from < journal.end(); ) {
    const batch = await journal.read(from, { records: 10_000, bytes: 64 << 20 });
    records.push(...batch.records.filter(({ raw }) => raw.includes(`${mark} seq=`)));
    from = batch.next;
  }
  return { records, numbers: records.map(({ raw }) => Number(/seq=(\d+)/u.exec(raw)?.[1])).sort((a, b) => a - b) };
}

async function delivered(mark: string): Promise<JournalRecord[]> {
  let seen: Awaited<ReturnType<typeof numbersOf>> = { numbers: [], records: [] };
  await until(`${LINES} lines of ${mark}`, async () => {
    seen = await numbersOf(mark);
    return seen.numbers.length >= LINES;
  }).catch((error: unknown) => {
    throw new Error(`${String(error)}; ${seen.numbers.length} came. ${running?.output ?? ""}`);
  });
  expect(seen.numbers).toEqual(Array.from({ length: LINES }, (_, i) => i));
  return seen.records;
}

const shippers = [
  { name: "rsyslog", found: rsyslog(), run: runRsyslog, tls: "lmnsd_gtls.so" },
  { name: "syslog-ng", found: syslogNg(), run: runSyslogNg, tls: "libafsocket.so" },
] as const;

describe.each(shippers)("$name (needs it installed)", ({ name, found, run, tls }) => {
  test.skipIf(found === undefined).each(["udp", "tcp"] as const)("over %s", async (transport) => {
    if (found === undefined) return;
    const job = work(name, transport);
    running = run(found, job);
    const records = await delivered(job.mark);
    expect(records[0]).toMatchObject({ door: `syslog-${transport}`, sensor: "127.0.0.1" });
  });

  test.skipIf(!has(found, tls))("over TLS, under the name in its certificate", async () => {
    if (found === undefined) return;
    const job = work(name, "tls");
    running = run(found, job);
    const records = await delivered(job.mark);
    expect(records[0]).toMatchObject({ door: "syslog-tls", sensor: "sender-1" });
  });
});

const ng = syslogNg();
const rs = rsyslog();

describe("HTTP doors", () => {
  test.skipIf(!has(rs, "omelasticsearch.so"))(
    "rsyslog's Elasticsearch output (needs rsyslog-elasticsearch)",
    async () => {
      if (rs === undefined) return;
      const job = work("omelasticsearch", "tcp");
      const url = `http://127.0.0.1:${server.url.port}/elastic`;
      running = runRsyslog(rs, job, {
        module: "omelasticsearch",
        action: `action(type="omelasticsearch" server="${url}" serverport="${server.url.port}" uid="rsyslog" pwd="${token}" bulkmode="on" searchIndex="logs" queue.type="LinkedList" action.resumeRetryCount="-1")`,
      });
      const records = await delivered(job.mark);
      expect(records[0]).toMatchObject({ door: "elastic", sensor: "shipper" });
    },
  );

  test.skipIf(!has(ng, "libhttp.so"))(
    "syslog-ng's HTTP output to the event collector (needs syslog-ng-mod-http)",
    async () => {
      if (ng === undefined) return;
      const job = work("hec", "tcp");
      const url = `http://127.0.0.1:${server.url.port}/services/collector/event`;
      const body = "$(format-json --omit-empty-values time=$S_UNIXTIME host=$HOST source=syslog-ng event=$MSG)";
      running = runSyslogNg(
        ng,
        job,
        `http(url("${url}") method("POST") headers("Authorization: Splunk ${token}") body('${body}') batch-lines(500) batch-timeout(200) workers(2))`,
      );
      const records = await delivered(job.mark);
      expect(records[0]).toMatchObject({ door: "splunk", sensor: "shipper", format: "splunk-hec" });
    },
  );
});
