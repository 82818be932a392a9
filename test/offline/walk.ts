/** What a first hour with the program is: start, sample exercise, every screen's calls, triage, an import, a scan. Run inside a namespace. */
import { fileURLToPath } from "node:url";
import { khien } from "../faults/server-child.ts";
import { openServer, until } from "../flows/server.ts";

const RULES = fileURLToPath(new URL("../../content/rules", import.meta.url));
const SAMPLES = fileURLToPath(new URL("../../src/modules/ingest/testdata", import.meta.url));

const server = await openServer({ replayMs: 3_000 });
const admin = await server.as("admin");
const started = await admin.post<{ id: string }>("/api/v1/exercises", { scenario: "sample-intrusion" });
await until(
  "the exercise ends",
  async () => (await admin.get<{ state: string }>(`/api/v1/exercises/${started.body.id}`)).state === "ended",
);
await server.settled();

const sender = await server.withToken("ingest", "walk");
await sender.deliver('{"host":"outside.example","url":"https://outside.example/x","ip":"203.0.113.7"}\n');
await server.settled();
const alerts = await admin.all<{ id: string }>("/api/v1/alerts?limit=500");
if (alerts.length === 0) throw new Error("the exercise raised no alert");
await admin.post("/api/v1/alerts/actions", { ids: alerts.map(({ id }) => id), do: { action: "take" } });
const paths = [
  "/",
  "/api/v1/watch",
  "/api/v1/events?query=outside",
  "/api/v1/events/fields",
  "/api/v1/rules",
  "/api/v1/rules/coverage",
  "/api/v1/rules/imports",
  "/api/v1/sensors",
  "/api/v1/ingest",
  "/api/v1/users",
  "/api/v1/tokens",
  "/api/v1/audit",
  "/api/v1/audit/verification",
  "/api/v1/openapi.json",
  "/api/v1/alerts/export",
  "/healthz",
  "/readyz",
];
for (const path of paths) await admin.ask("GET", path);
await server.close();

// Findings at or above the level are exit code 2, which is a success here.
await khien(["scan", SAMPLES, "--rules", RULES, "--ndjson", "--quiet", "--fail-level", "critical"]).catch(
  (error: { code?: number }) => {
    if (error.code !== 2) throw error;
  },
);
console.log(`walked: ${alerts.length} alerts, ${paths.length} pages and calls, one scan`);
