/** Rules as a team lives with them: one of their own, tuned, looked for in the past, and a correlation that came true. */
import { until } from "../../flows/server.ts";
import { MARK, OTHER_HOST, ownRule, processRecord, QUIET_HOST, sshRefusals } from "./author.ts";
import { patch } from "./people.ts";
import type { Stage } from "./stage.ts";

/** Addresses of the screens of rules. */
export interface RulePlaces {
  readonly ownRule: string;
  readonly correlation: string;
  readonly correlationAlert: string;
  readonly hunt: string;
}

interface Hunt {
  readonly id: string;
  readonly state: string;
}

const DAY_MS = 86_400_000;
const LINES = 20;
const SSH_GUESSING = "76ffb627-6b38-4117-8855-d755b121c42f";

async function sent(answer: Promise<{ status: number; text: string }>): Promise<void> {
  const { status, text } = await answer;
  if (status >= 300) throw new Error(text);
}

export async function tuneRules({ server, admin }: Stage): Promise<RulePlaces> {
  const sender = await server.withToken("ingest");
  const records = Array.from({ length: LINES }, (_, index) =>
    processRecord(
      index % 4 === 0 ? OTHER_HOST : QUIET_HOST,
      `cmd /c ${MARK} --lan-${index}`,
      new Date(Date.now() - index * 60_000),
    ),
  );
  await sent(sender.deliver(records.join("\n"), { query: { sensor: "may-tram-ke-toan" } }));
  await sent(
    sender.deliver(sshRefusals(14, Date.now() - 60_000), {
      type: "text/plain",
      query: { sensor: "may-trung-gian-ngoai" },
    }),
  );
  await server.settled();
  const own = await admin.post<{ rule: { id: string } }>("/api/v1/rules/own", { text: ownRule() });
  const { id } = own.body.rule;
  await sent(patch(admin, `/api/v1/rules/${id}`, { enabled: true, level: "critical" }));
  await sent(
    admin.post(`/api/v1/rules/${id}/exceptions`, {
      title: "Máy vá lỗi của tổ hạ tầng, trạm 220 kV Nghi Sơn",
      reason: "Kịch bản vá lỗi tháng, phiếu KT-2291; chạy từ máy quản trị duy nhất",
      until: new Date(Date.now() + 30 * DAY_MS).toISOString(),
      tests: [{ field: "Hostname", op: "equals", values: [QUIET_HOST] }],
    }),
  );
  const started = await admin.post<Hunt>("/api/v1/retro-hunts", {
    kind: "back-test",
    ruleId: id,
    from: new Date(Date.now() - DAY_MS).toISOString(),
    to: new Date().toISOString(),
  });
  const hunt = started.body.id;
  await until(
    "the back-test is done",
    async () => (await admin.get<Hunt>(`/api/v1/retro-hunts/${hunt}`)).state === "done",
  );
  const guessed = () => admin.get<{ items: { id: string }[] }>(`/api/v1/alerts?rule=${SSH_GUESSING}&limit=1`);
  await until("the correlation has come true", async () => (await guessed()).items.length > 0);
  return {
    ownRule: encodeURIComponent(id),
    correlation: SSH_GUESSING,
    correlationAlert: encodeURIComponent((await guessed()).items[0]?.id ?? ""),
    hunt: encodeURIComponent(hunt),
  };
}
