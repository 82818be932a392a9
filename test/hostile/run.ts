/** The server hostile cases are aimed at: a process of its own with every door open. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, khien, ServerChild } from "../faults/server-child.ts";
import { ApiClient } from "../flows/api-client.ts";
import { complaints, type HostileCase, type Reply, type Target } from "./case.ts";

export const PASSWORD = "con mèo ngủ trên mái";
const ADMINS = 6;
const LAKE_MB = "512";

export interface Range {
  readonly target: Target;
  readonly dataDir: string;
  close(): Promise<void>;
}

/** Several administrators, because calls are limited per person. */
export async function openRange(people = ADMINS): Promise<Range> {
  const dataDir = mkdtempSync(join(tmpdir(), "khien-hostile-"));
  const at = ["--data-dir", dataDir];
  const ingestToken = (await khien(["token", "create", "--scope", "ingest", "--sensor", "hostile", ...at])).trim();
  await khien(["user", "add", "--username", "admin", "--role", "admin", "--password-stdin", ...at], `${PASSWORD}\n`);
  const [udpPort, tcpPort] = [await freePort(), await freePort()];
  const env = {
    KHIEN_SYSLOG_UDP_PORT: String(udpPort),
    KHIEN_SYSLOG_TCP_PORT: String(tcpPort),
    KHIEN_LAKE_MEMORY_MB: LAKE_MB,
  };
  const child = await ServerChild.start({ dataDir, env });
  await child.caughtUp();
  const first = await ApiClient.signIn(child.url, { username: "admin", password: PASSWORD });
  const admins = [first];
  for (let n = 1; n < people; n += 1) {
    const username = `admin${n}`;
    await khien(["user", "add", "--username", username, "--role", "admin", "--password-stdin", ...at], `${PASSWORD}\n`);
    admins.push(await ApiClient.signIn(child.url, { username, password: PASSWORD }));
  }
  let turn = 0;
  const target: Target = {
    child,
    url: child.url,
    sender: new ApiClient(child.url, { authorization: `Bearer ${ingestToken}` }),
    admin: () => admins[turn++ % admins.length] as ApiClient,
    ingestToken,
    udpPort,
    tcpPort,
  };
  return {
    target,
    dataDir,
    close: async () => {
      await child.end("SIGTERM");
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

const WITHIN_MS = 10_000;
const HEALTH_WITHIN_MS = 3_000;

/** Runs one case; answers everything that was not as it should be. */
export async function runCase(one: HostileCase, target: Target): Promise<string[]> {
  const started = performance.now();
  const within = one.withinMs ?? WITHIN_MS;
  const reply = await Promise.race([one.ask(target), late(within)]);
  const found = complaints(reply, one.expect);
  const took = performance.now() - started;
  if (took > within) found.push(`took ${Math.round(took)} ms`);
  if (!target.child.alive) return [...found, `the server died:\n${target.child.output.slice(-2_000)}`];
  const healthy = await fetch(new URL("/healthz", target.url), { signal: AbortSignal.timeout(HEALTH_WITHIN_MS) }).then(
    ({ status }) => status === 200,
    () => false,
  );
  if (!healthy) found.push("the server does not answer afterwards");
  return found;
}

function late(ms: number): Promise<Reply> {
  return new Promise((resolve) => {
    setTimeout(() => resolve({ status: "closed", text: `no answer within ${ms} ms` }), ms).unref();
  });
}
