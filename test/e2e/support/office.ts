/** An ordinary bad day of an operator, sent through the real door as the real thing (not as an exercise). */
import { fileURLToPath } from "node:url";
import { vi } from "vitest";
import { generateScenario, loadScenario, type GeneratedLine } from "../../../src/modules/drills/index.ts";
import { ApiClient } from "../../flows/api-client.ts";
import { PASSWORD } from "../../flows/server.ts";
import { poisonedLine, poisonedRecord } from "./hostile.ts";
import { patch, SHIFT } from "./people.ts";
import type { Stage } from "./stage.ts";

const SCENARIO = fileURLToPath(new URL("../../../content/scenarios/sample-intrusion/", import.meta.url));
const SEED = "e2e";
const MINUTE_MS = 60_000;
const SLICE_MS = 5 * MINUTE_MS;

async function send(sender: ApiClient, lines: readonly GeneratedLine[]): Promise<void> {
  for (const group of Map.groupBy(lines, ({ sensor, format }) => `${sensor} ${format}`).values()) {
    const [first] = group;
    if (first === undefined) continue;
    const { status, text } = await sender.deliver(group.map(({ raw }) => `${raw}\n`).join(""), {
      type: "text/plain",
      query: { sensor: first.sensor, format: first.format },
    });
    if (status !== 200) throw new Error(`delivery of ${first.sensor}: ${status} ${text}`);
  }
}

async function linesOfTheDay(): Promise<readonly GeneratedLine[]> {
  const [scenario] = (await loadScenario(SCENARIO)).scenarios;
  if (scenario === undefined) throw new Error("the sample scenario does not load");
  return generateScenario(scenario, { seed: SEED, endsAt: Date.now() - MINUTE_MS });
}

/** Six hours of logs that end now: the ordinary, the attack, a line nothing reads and what a hostile sender writes. */
export async function openForBusiness({ server, admin }: Stage): Promise<void> {
  const sender = await server.withToken("ingest");
  await send(sender, await linesOfTheDay());
  await sender.deliver(`${poisonedRecord(new Date(Date.now() - 5 * MINUTE_MS))}\n`, { query: { sensor: "gia-mao" } });
  await sender.deliver(`${poisonedLine}\n`, { type: "text/plain", query: { sensor: "gia-mao" } });
  await sender.deliver("%ASA-4-106023: Deny tcp src outside:203.0.113.9/4431 dst inside:10.10.2.10/22\n", {
    type: "text/plain",
    query: { sensor: "tuong-lua-chi-nhanh-nghi-loc" },
  });
  await server.settled();
  await patch(admin, "/api/v1/sensors/log-songlam", {
    note: "Máy trung gian và máy chủ web. Liên hệ: tổ vận hành, máy lẻ 204.",
  });
  for (const [place, [name, filter]] of Object.entries(SHARED_QUEUES).entries())
    await admin.post("/api/v1/alert-queues", { name, filter, isShared: true, place });
}

const SHARED_QUEUES = {
  "Nghiêm trọng, chưa ai nhận": { level: "critical", status: "open" },
  "Mạng điều khiển trạm biến áp 110 kV và các thiết bị đầu cuối": { q: "modbus" },
};

/** The same day without the hostile, lived through: the server's clock is set back, and every line comes when it was written. */
export async function liveThroughTheDay({ server }: Stage): Promise<void> {
  const sender = await server.withToken("ingest");
  const lines = await linesOfTheDay();
  const slices = [...Map.groupBy(lines, ({ time }) => Math.floor(time / SLICE_MS)).values()];
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    for (const slice of slices) {
      vi.setSystemTime(slice.at(-1)?.time ?? 0);
      await send(sender, slice);
      await server.settled();
    }
  } finally {
    vi.useRealTimers();
  }
}

interface Alert {
  readonly id: string;
  readonly rule: { readonly level: string };
}

/** The shift has begun: some alerts are taken, noted, escalated, closed. */
export async function workForAWhile({ server, admin }: Stage): Promise<void> {
  const analyst = await ApiClient.signIn(server.url, { username: SHIFT.analyst.username, password: PASSWORD });
  const alerts = await admin.all<Alert>("/api/v1/alerts?sort=lastSeen&limit=200&exercise=exclude");
  const ids = (level: string, from: number, to: number) =>
    alerts
      .filter(({ rule }) => rule.level === level)
      .slice(from, to)
      .map(({ id }) => id);
  const names = await admin.get<{ items: { id: string; displayName: string }[] }>("/api/v1/users/names");
  const colleague = names.items.find(({ displayName }) => displayName === SHIFT.colleague.displayName)?.id;
  const act = async (chosen: readonly string[], deed: object) => {
    if (chosen.length === 0) return;
    const { status, text } = await analyst.post("/api/v1/alerts/actions", { ids: chosen, do: deed });
    if (status !== 200) throw new Error(`action: ${text}`);
  };
  await act(ids("medium", 0, 2), {
    action: "close",
    reason: "false_positive",
    note: "Bảo trì theo lịch của tổ vận hành",
  });
  await act(ids("low", 0, 1), { action: "close", reason: "benign" });
  await act(ids("high", 0, 3), { action: "assign", assignee: colleague });
  await act(ids("critical", 1, 2), { action: "take" });
  await act(ids("critical", 1, 2), {
    action: "note",
    note: "Đã gọi trực ban trạm 110 kV; chờ xác nhận lệnh ghi Modbus.",
  });
  await act(ids("critical", 2, 3), { action: "escalate", note: "Cần tổ ứng cứu tại chỗ." });
}
