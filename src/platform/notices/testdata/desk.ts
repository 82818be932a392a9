import { createServer } from "node:http";
import { once } from "node:events";
import { auditMigrations, openAudit } from "../../audit/index.ts";
import type { Clock } from "../../clock/index.ts";
import { openRecords } from "../../db/index.ts";
import { EgressGate } from "../../egress/index.ts";
import type { Principal } from "../../http/index.ts";
import { LiveChannel } from "../../live/index.ts";
import { type Log, silentLog } from "../../log/index.ts";
import type { Urgency } from "../core/urgency.ts";
import { Courier } from "../courier.ts";
import { Destinations } from "../destinations.ts";
import { noticesMigrations } from "../index.ts";
import { type Account, Notices } from "../notices.ts";
import { Preferences } from "../preferences.ts";
import { Sealing } from "../sealing.ts";
import type { MailSettings } from "../ways/mail.ts";

export const KINDS: ReadonlyMap<string, Urgency> = new Map([
  ["alerts.critical", "critical"],
  ["alerts.assigned", "normal"],
  ["sensors.silent", "high"],
]);
export const LAN: Account = { id: "lan", displayName: "Nguyễn Thị Lan", language: "vi" };
export const MINH: Account = { id: "minh", displayName: "Minh", language: "en" };
const ACCOUNTS = new Map([LAN, MINH].map((account) => [account.id, account]));

export const by = (id: string): { who: Principal; peer: string } => ({
  who: { kind: "user", id, name: id, permissions: new Set(["users.admin"]) },
  peer: "203.0.113.7",
});

interface DeskOptions {
  readonly dir: string;
  readonly file: string;
  readonly clock: Clock;
  readonly allow: readonly string[];
  readonly mail?: MailSettings;
  readonly log?: Log;
}

/** Everything of notices on real records, without a server. */
export async function openDesk({ dir, file, clock, allow, mail, log = silentLog }: DeskOptions) {
  const records = openRecords({ file, migrations: [...auditMigrations, ...noticesMigrations] });
  const audit = await openAudit({ records, clock, dataDir: dir, log });
  const connections: Record<string, string[]> =
    mail === undefined ? {} : { mail: [`${mail.host}:${mail.port}`] };
  const egress = new EgressGate({ allow, connections, log });
  const sealing = Sealing.open(dir);
  const accountsOf = async (ids: readonly string[]) =>
    new Map([...ACCOUNTS].filter(([id]) => ids.includes(id) && !gone.has(id)));
  const gone = new Set<string>();
  const say = (language: string, key: string) => `${language}:${key}`;
  const courier = new Courier({
    records,
    clock,
    log,
    egress,
    sealing,
    accountsOf,
    mail,
    say,
    base: () => "https://khien.example.vn",
  });
  const mailOpen = mail !== undefined;
  const live = new LiveChannel();
  const notices = new Notices({ records, clock, live, log, accountsOf, mailOpen });
  const preferences = new Preferences({ records, audit, clock, courier, accountsOf, kinds: KINDS, mailOpen });
  const destinations = new Destinations({ records, audit, clock, courier, sealing, kinds: KINDS });
  const close = async () => {
    await audit.close();
    await records.close();
  };
  return { records, audit, sealing, courier, live, notices, preferences, destinations, gone, close };
}

export interface Received {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Somebody who takes webhooks. `answer` decides what each is told. */
export async function openReceiver(answer: (n: number) => number = () => 204) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks).toString("utf8") });
      response.writeHead(answer(received.length)).end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  return { received, server, host: `127.0.0.1:${port}`, url: `http://127.0.0.1:${port}/hook?k=path-secret` };
}
