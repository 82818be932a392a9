/** Hunts as a shift keeps them: private and shared, some on a schedule, one that found something and one that fails. */
import { vi } from "vitest";
import { ApiClient } from "../../flows/api-client.ts";
import { PASSWORD, until } from "../../flows/server.ts";
import { SHIFT } from "./people.ts";
import type { Stage } from "./stage.ts";

/** Addresses of what was kept. */
export interface HuntPlaces {
  readonly scheduled: string;
  /** An alert of a row of a table, and one of a single event. */
  readonly alert: string;
  readonly eventAlert: string;
}

interface Plan {
  readonly level: string;
  readonly minutes: number;
}
interface Wanted {
  readonly name: string;
  readonly query: string;
  readonly note?: string;
  readonly shared?: boolean;
  readonly plan?: Plan;
}

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

const HUNTS: readonly Wanted[] = [
  { name: "Lệnh PowerShell mã hóa của tôi", query: 'CommandLine:*"-enc "*' },
  {
    name: "Tiến trình hiếm trên máy trạm vận hành trạm biến áp 220 kV Nghi Sơn và các trạm 110 kV phụ thuộc",
    query: "product:windows category:process_creation | rare process by host | where count:<3 | head 50",
    note: "Xem từng máy với tổ vận hành trước khi kết luận; phần mềm bảo trì của nhà cung cấp chạy mỗi quý một lần.",
    shared: true,
  },
  {
    name: "Máy có nhiều người dùng lạ",
    query: "sensor:wec-songlam | stats count(), dc(user) as users by host | where users:>1",
    note: "Máy chủ dùng chung là bình thường; máy trạm thì không.",
    shared: true,
    plan: { level: "high", minutes: 1 },
  },
  {
    name: "Bản ghi từ người gửi giả mạo",
    query: "sensor:gia-mao format:raw",
    shared: true,
    plan: { level: "low", minutes: 1 },
  },
];

async function keep(author: ApiClient, admin: ApiClient, wanted: Wanted): Promise<string> {
  const { name, query, note = "", shared = false, plan } = wanted;
  const kept = await author.post<{ id: string }>("/api/v1/saved-hunts", {
    name,
    query,
    shared,
    span: "7d",
    description: { vi: note, en: "" },
  });
  if (kept.status !== 201) throw new Error(`hunt ${name}: ${kept.text}`);
  const { id } = kept.body;
  if (plan === undefined) return id;
  const { status, text } = await admin.ask("PUT", `/api/v1/saved-hunts/${id}/schedule`, {
    body: JSON.stringify({
      timing: { kind: "every", minutes: plan.minutes },
      level: plan.level,
      lookbackMs: DAY_MS,
    }),
    headers: { "content-type": "application/json" },
  });
  if (status !== 200) throw new Error(`schedule of ${name}: ${text}`);
  return id;
}

/** What is due runs now, as if the time had come. */
export async function runHuntsAt({ server }: Stage, at: number): Promise<void> {
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    vi.setSystemTime(at);
    await server.server.parts.huntScheduler.runDue();
  } finally {
    vi.useRealTimers();
  }
}

export async function keepHunts(stage: Stage): Promise<HuntPlaces> {
  const { server, admin } = stage;
  const analyst = await ApiClient.signIn(server.url, { username: SHIFT.analyst.username, password: PASSWORD });
  const ids: string[] = [];
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    vi.setSystemTime(Date.now() - 7 * MINUTE_MS);
    for (const wanted of HUNTS) ids.push(await keep(wanted.shared === true ? analyst : admin, admin, wanted));
  } finally {
    vi.useRealTimers();
  }
  await runHuntsAt(stage, Date.now() - 4 * MINUTE_MS);
  await runHuntsAt(stage, Date.now());
  const [, , scheduled = "", single = ""] = ids;
  const alertsOf = async (id: string) =>
    (await admin.get<{ items: { id: string }[] }>(`/api/v1/alerts?rule=hunt:${id}&limit=1`)).items;
  await until("the hunts have raised alerts", async () => {
    return (await alertsOf(scheduled)).length > 0 && (await alertsOf(single)).length > 0;
  });
  return {
    scheduled,
    alert: encodeURIComponent((await alertsOf(scheduled))[0]?.id ?? ""),
    eventAlert: encodeURIComponent((await alertsOf(single))[0]?.id ?? ""),
  };
}
