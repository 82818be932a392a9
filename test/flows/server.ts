/** A real server in this process: free port, data folder of its own, everything wired as `khien start` wires it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type RunningServer, startServer } from "../../src/apps/start.ts";
import { Config } from "../../src/platform/config/index.ts";
import { ApiClient } from "./api-client.ts";

export const PASSWORD = "con mèo ngủ trên mái";
type Role = "admin" | "analyst" | "viewer";

export interface TestServer {
  readonly server: RunningServer;
  readonly url: URL;
  readonly dataDir: string;
  /** A signed-in person of this role; one per call. */
  as(role: Role): Promise<ApiClient>;
  withToken(scope: "ingest" | "read", sensor?: string): Promise<ApiClient>;
  /** Resolves when everything acknowledged so far is in the lake and its findings are alerts. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export async function openServer(options: { replayMs?: number; config?: Partial<Config> } = {}): Promise<TestServer> {
  const dataDir = mkdtempSync(join(tmpdir(), "khien-flow-"));
  const config = Config.parse({ dataDir, httpPort: 0, logLevel: "silent", ...options.config });
  const server = await startServer(config, options.replayMs === undefined ? {} : { replayMs: options.replayMs });
  await server.ready;
  const { url, parts } = server;
  let people = 0;
  return {
    server,
    url,
    dataDir,
    as: async (role) => {
      const username = `${role}-${(people += 1)}`;
      await parts.auth.service.addUser({ username, displayName: username, role, password: PASSWORD });
      return ApiClient.signIn(url, { username, password: PASSWORD });
    },
    withToken: async (scope, sensor) => {
      const token = await parts.auth.service.createToken({
        name: `flow ${scope}`,
        scope,
        ...(sensor === undefined ? {} : { sensor }),
      });
      return new ApiClient(url, { authorization: `Bearer ${token.secret}` });
    },
    settled: async () => {
      await until("the pipeline has caught up", () => Promise.resolve(parts.pipeline.backlog === 0));
      await parts.outbox.wake();
    },
    close: async () => {
      await server.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Waits for a condition; tells in words what never came. */
export async function until(what: string, holds: () => Promise<boolean>, withinMs = 60_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`);
    await pause(50);
  }
}
