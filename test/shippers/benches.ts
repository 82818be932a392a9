/** What lines are delivered to: the doors with a journal, or a whole server. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { journalSink } from "../../src/apps/sink.ts";
import {
  listenSyslogTcp,
  listenSyslogTls,
  listenSyslogUdp,
  type SyslogListener,
} from "../../src/modules/ingest/index.ts";
import { openJournal } from "../../src/modules/lake/journal/journal.ts";
import { systemClock } from "../../src/platform/clock/index.ts";
import { makeAuthority } from "../doors/certificates.ts";
import { openHttpDoors, TOKEN } from "../doors/http-doors.ts";
import { freePort, khien, ServerChild } from "../faults/server-child.ts";
import type { TlsFiles, Transport } from "./running.ts";

export interface Counted {
  readonly stored: number;
  readonly doubled: number;
}

export interface Bench {
  readonly dir: string;
  readonly lines: number;
  readonly url: URL;
  readonly ports: Readonly<Record<Transport, number>>;
  readonly tls: TlsFiles;
  /** Token of a shipper. */
  readonly ingest: string;
  listener(transport: Transport): Promise<{ received: number; dropped: number }>;
  /** Lines with this mark that are kept, once everything has been dealt with. */
  count(mark: string): Promise<Counted>;
  close(): Promise<void>;
}

function certificates(dir: string): { tls: TlsFiles; door: { cert: string; key: string } } {
  const authority = makeAuthority("Shippers");
  const write = (name: string, text: string) => {
    writeFileSync(join(dir, name), text, { mode: 0o600 });
    return join(dir, name);
  };
  const [door, sender] = [authority.issue("localhost"), authority.issue("sender-1")];
  return {
    tls: {
      ca: write("ca.pem", authority.certificate),
      cert: write("sender.pem", sender.certificate),
      key: write("sender-key.pem", sender.key),
    },
    door: { cert: write("door.pem", door.certificate), key: write("door-key.pem", door.key) },
  };
}

export async function openDoorsBench(dir: string, lines: number): Promise<Bench> {
  const journal = await openJournal({ dir: join(dir, "journal"), clock: systemClock });
  const sink = journalSink(journal);
  const http = await openHttpDoors(sink);
  await http.app.listen({ host: "127.0.0.1", port: 0 });
  const address = http.app.server.address();
  const { tls, door } = certificates(dir);
  const shared = { host: "127.0.0.1", port: 0, sink, now: () => Date.now(), instance: crypto.randomUUID() };
  const listeners: Record<Transport, SyslogListener> = {
    udp: await listenSyslogUdp(shared),
    tcp: await listenSyslogTcp(shared),
    tls: await listenSyslogTls({
      ...shared,
      certificate: readFileSync(door.cert, "utf8"),
      key: readFileSync(door.key, "utf8"),
      authorities: readFileSync(tls.ca, "utf8"),
      senders: new Map(),
    }),
  };
  let position = 0;
  return {
    dir,
    lines,
    url: new URL(`http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`),
    ports: { udp: listeners.udp.port, tcp: listeners.tcp.port, tls: listeners.tls.port },
    tls,
    ingest: TOKEN,
    listener: async (transport) => {
      const { accepted, dropped, tooLong, kernelDropped } = listeners[transport].stats();
      return { received: accepted, dropped: dropped + tooLong + (kernelDropped ?? 0) };
    },
    count: async (mark) => {
      const seen = new Uint8Array(lines);
      let doubled = 0;
      while (position < journal.end()) {
        const batch = await journal.read(position, { records: 20_000, bytes: 64 << 20 });
        position = batch.next;
        for (const { raw } of batch.records) {
          const number = Number(/seq=(\d+)/u.exec(raw)?.[1] ?? -1);
          if (number < 0 || !raw.includes(mark)) continue;
          if (seen[number] === 1) doubled++;
          seen[number] = 1;
        }
      }
      return { stored: seen.reduce((sum, one) => sum + one, 0), doubled };
    },
    close: async () => {
      for (const listener of Object.values(listeners)) await listener.close();
      http.app.server.closeAllConnections();
      await http.app.close();
      await journal.close();
    },
  };
}

export async function openServerBench(dir: string, lines: number): Promise<Bench> {
  const { tls, door } = certificates(dir);
  const ports = { udp: await freePort(), tcp: await freePort(), tls: await freePort() };
  const dataDir = join(dir, "data");
  const token = async (scope: string) => {
    const told = await khien(["token", "create", "--scope", scope, "--name", scope, "--data-dir", dataDir]);
    return /khien_\w+_[\w-]+/u.exec(told)?.[0] ?? "";
  };
  const [ingest, read] = [await token("ingest"), await token("read")];
  const child = await ServerChild.start({
    dataDir,
    env: {
      KHIEN_SYSLOG_UDP_PORT: String(ports.udp),
      KHIEN_SYSLOG_TCP_PORT: String(ports.tcp),
      KHIEN_SYSLOG_TLS_PORT: String(ports.tls),
      KHIEN_SYSLOG_TLS_CERT_FILE: door.cert,
      KHIEN_SYSLOG_TLS_KEY_FILE: door.key,
      KHIEN_SYSLOG_TLS_CA_FILE: tls.ca,
    },
  });
  const get = async <Body>(path: string): Promise<Body> => {
    const answer = await fetch(new URL(path, child.url), { headers: { authorization: `Bearer ${read}` } });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Body;
  };
  return {
    dir,
    lines,
    url: child.url,
    ports,
    tls,
    ingest,
    listener: async (transport) => {
      type State = { listeners: { name: string; received: number; dropped: number }[] };
      const { listeners } = await get<State>("/api/v1/ingest");
      return listeners.find(({ name }) => name === `syslog-${transport}`) ?? { received: 0, dropped: 0 };
    },
    count: async (mark) => {
      await child.caughtUp(3_600_000);
      const [from, to] = [-86_400_000, 86_400_000].map((ms) => new Date(Date.now() + ms).toISOString());
      const query = new URLSearchParams({ from: from ?? "", to: to ?? "", query: mark });
      const { total } = await get<{ total: number }>(`/api/v1/events/histogram?${query}`);
      return { stored: Math.min(total, lines), doubled: Math.max(0, total - lines) };
    },
    close: () => child.end("SIGTERM"),
  };
}
