import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect as connectPlain } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect, type TLSSocket } from "node:tls";
import { afterEach, describe, expect, test } from "vitest";
import { type Certified, makeAuthority } from "../../../../test/doors/certificates.ts";
import { Fault, type JournalRecord } from "../../../kernel/index.ts";
import { silentLog } from "../../../platform/log/index.ts";
import { certificateRules, sensorOfCertificate } from "./certificates.ts";
import { listenSyslogTls, type TlsListener, type TlsOptions } from "./tls.ts";
import { TlsFiles } from "./tls-files.ts";

const authority = makeAuthority("Plant authority");
const stranger = makeAuthority("Other authority");
const door = authority.issue("khien");
const web = authority.issue("web-1");

const open: TlsListener[] = [];
afterEach(async () => {
  for (const listener of open.splice(0)) await listener.close();
});

async function start(options: Partial<TlsOptions> = {}): Promise<{ listener: TlsListener; records: JournalRecord[] }> {
  const records: JournalRecord[] = [];
  const listener = await listenSyslogTls({
    host: "127.0.0.1",
    port: 0,
    sink: async (batch) => void records.push(...batch),
    now: () => Date.now(),
    instance: "test",
    certificate: door.certificate,
    key: door.key,
    authorities: authority.certificate,
    senders: new Map(),
    ...options,
  });
  open.push(listener);
  return { listener, records };
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 400 && !condition(); i++) await sleep(10);
  expect(condition()).toBe(true);
}

/** Resolves with the socket, or undefined when the door ended it. */
async function client(port: number, who?: Certified, more: object = {}): Promise<TLSSocket | undefined> {
  const own = who === undefined ? {} : { cert: who.certificate, key: who.key };
  const socket = connect({ host: "127.0.0.1", port, ca: authority.certificate, ...own, ...more });
  socket.on("error", () => {});
  await new Promise<void>((resolve) => {
    socket.once("secureConnect", () => resolve());
    socket.once("close", () => resolve());
  });
  // In TLS 1.3 the client learns after its handshake that its certificate was refused.
  for (let i = 0; i < 20 && !socket.destroyed; i++) await sleep(5);
  return socket.destroyed ? undefined : socket;
}

describe("syslog over TLS", () => {
  test("octet-counted messages of a certified sender, under the name in its certificate", async () => {
    const { listener, records } = await start();
    const socket = await client(listener.port, web);
    socket?.write("8 <13>one\n7 <13>two");
    socket?.end("8 <13>x\ny.");
    await until(() => records.length === 3);
    expect(records.map(({ raw }) => raw)).toEqual(["<13>one", "<13>two", "<13>x\ny."]);
    expect(records[0]).toMatchObject({ door: "syslog-tls", sensor: "web-1", peer: "127.0.0.1" });
    await until(() => listener.stats().connections === 0);
  });

  test.each([
    ["no certificate", undefined, {}],
    ["a certificate of another authority", stranger.issue("web-1"), {}],
    ["an old protocol", web, { maxVersion: "TLSv1.1", minVersion: "TLSv1" }],
  ])("%s gets nowhere", async (_what, who, more) => {
    const { listener, records } = await start();
    const socket = await client(listener.port, who, more);
    socket?.write("<13>hello\n");
    await until(() => listener.stats().refusedConnections === 1);
    expect(records).toEqual([]);
    expect(listener.stats().connections).toBe(0);
    socket?.destroy();
  });

  test("where senders are named, only they are let in", async () => {
    const other = authority.issue("other");
    const senders = certificateRules([`${web.fingerprint}=front`, "CN=db-1=database"]);
    const { listener, records } = await start({ senders });
    for (const who of [web, authority.issue("db-1")]) (await client(listener.port, who))?.end("<13>a\n");
    expect(await client(listener.port, other)).toBeUndefined();
    await until(() => records.length === 2);
    expect(records.map(({ sensor }) => sensor).sort()).toEqual(["database", "front"]);
    expect(listener.stats().refusedConnections).toBe(1);
  });

  test("plain text, random bytes and silence hold nothing", async () => {
    const { listener, records } = await start();
    for (const bytes of ["<13>plain\n", "\x16\x03\x01\xff\xff", "\0".repeat(5_000)]) {
      const socket = connectPlain(listener.port, "127.0.0.1");
      socket.on("error", () => {});
      socket.end(Buffer.from(bytes, "latin1"));
    }
    await until(() => listener.stats().refusedConnections === 3);
    expect(records).toEqual([]);
    (await client(listener.port, web))?.end("<13>still here\n");
    await until(() => records.length === 1);
  });

  test("while the journal is behind the sender waits, and nothing is lost", async () => {
    const records: JournalRecord[] = [];
    let refusals = 0;
    const { listener } = await start({
      limits: { maxQueueRecords: 50 },
      sink: async (batch) => {
        if (refusals++ < 1) throw new Fault("busy", "lake.journal.full", "full");
        await sleep(1);
        records.push(...batch);
      },
    });
    const socket = await client(listener.port, web);
    const total = 10_000;
    for (let i = 0; i < total; i++) {
      const message = `<13>message ${i} ${"đ".repeat(50)}`;
      socket?.write(`${Buffer.byteLength(message)} ${message}`);
    }
    socket?.end();
    await until(() => records.length === total);
    expect(records.map(({ raw }) => Number(raw.split(" ")[1]))).toEqual(Array.from({ length: total }, (_, i) => i));
  });

  test("a renewed certificate holds for new connections, open ones go on; a bad one changes nothing", async () => {
    const { listener, records } = await start();
    const before = await client(listener.port, web);
    const renewed = authority.issue("khien");
    const seen = (socket: TLSSocket | undefined) => socket?.getPeerCertificate().fingerprint256;
    const good = { certificate: renewed.certificate, key: renewed.key, authorities: authority.certificate };
    const bad = [
      { ...good, key: door.key },
      { ...good, certificate: "" },
      { ...good, authorities: "" },
      { ...good, authorities: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" },
    ];
    for (const material of bad)
      expect(() => listener.renew(material)).toThrow(expect.objectContaining({ code: "ingest.tls.material" }));
    const unchanged = await client(listener.port, web);
    expect(seen(unchanged)).toBe(door.fingerprint);
    listener.renew(good);
    const after = await client(listener.port, web);
    expect(seen(after)).toBe(renewed.fingerprint);
    // An authority taken away: its senders get no further connection.
    listener.renew({ ...good, authorities: stranger.certificate });
    expect(await client(listener.port, web)).toBeUndefined();
    for (const socket of [before, unchanged, after]) socket?.end("<13>still here\n");
    await until(() => records.length === 3);
    expect(listener.certificateUntil).toBe(Date.parse("2120-01-01T00:00:00Z"));
  });

  test("no authorities at all would let every certificate of the world in: the door stays shut", async () => {
    await expect(start({ authorities: "" })).rejects.toMatchObject({ code: "ingest.tls.material" });
  });

  test("files: looked at by content, a half-written change is told and undone by the next", async () => {
    const dir = mkdtempSync(join(tmpdir(), "khien-tls-"));
    const { listener } = await start();
    const [certificate, key, authorities] = ["door.pem", "key.pem", "ca.pem"].map((name) => join(dir, name)) as [
      string,
      string,
      string,
    ];
    const inUse = { certificate: door.certificate, key: door.key, authorities: authority.certificate };
    for (const [file, text] of [
      [certificate, inUse.certificate],
      [key, inUse.key],
      [authorities, inUse.authorities],
    ] as const)
      writeFileSync(file, text);
    const told: string[] = [];
    const log = { ...silentLog, error: (_fields: object, message: string) => void told.push(message) };
    const files = new TlsFiles({ paths: { certificate, key, authorities }, inUse, listener, log, everyMs: 60_000 });
    const renewed = authority.issue("khien");
    const seen = async () => (await client(listener.port, web))?.getPeerCertificate().fingerprint256;
    await files.look();
    expect(files.problem).toBeUndefined();
    writeFileSync(certificate, renewed.certificate);
    await files.look();
    await files.look();
    expect([files.problem?.code, told.length, await seen()]).toEqual(["ingest.tls.material", 1, door.fingerprint]);
    writeFileSync(key, renewed.key);
    await files.look();
    expect([files.problem, await seen()]).toEqual([undefined, renewed.fingerprint]);
    rmSync(key);
    await files.look();
    expect([files.problem?.code, await seen()]).toEqual(["ingest.tls.unreadable", renewed.fingerprint]);
    await files.close();
    rmSync(dir, { recursive: true });
  });

  test("a key that is none is told as such", async () => {
    await expect(start({ key: "no key" })).rejects.toMatchObject({ code: "ingest.tls.material" });
  });
});

describe("certificates", () => {
  test.each(["", "=x", "CN=", "CN==x", "abc=x", "DNS:=x", `CN=a=${"x".repeat(121)}`])("%j is no rule", (entry) => {
    expect(() => certificateRules([entry])).toThrow(expect.objectContaining({ code: "ingest.tls.rule" }));
  });

  test("names, fingerprints in any writing, several common names", () => {
    const fingerprint256 = "AB:".repeat(31).concat("AB");
    const rules = certificateRules([`${"ab".repeat(32)}=by-print`, "DNS:a.example=by-dns", "CN=b=by-cn"]);
    expect(sensorOfCertificate({ fingerprint256 }, rules)).toBe("by-print");
    const other = { fingerprint256: "CD:".repeat(31).concat("CD") };
    expect(sensorOfCertificate({ ...other, subjectaltname: "DNS:x, DNS:a.example" }, rules)).toBe("by-dns");
    expect(sensorOfCertificate({ ...other, subject: { CN: ["x", "b"] } }, rules)).toBe("by-cn");
    expect(sensorOfCertificate(other, rules)).toBeUndefined();
    expect(sensorOfCertificate(other, new Map())).toBe("cdcdcdcdcdcdcdcd");
    expect(sensorOfCertificate({}, new Map())).toBeUndefined();
  });
});
