/** A store with a past: two weeks of logs sealed day by day, terms, a quota, holds, a check and a backup. */
import { vi } from "vitest";
import type { ApiClient } from "../../flows/api-client.ts";
import type { Stage } from "./stage.ts";

const DAY_MS = 86_400_000;
const DAYS = 14;

/** Addresses of the rooms of storage. */
export interface StoredPlaces {
  readonly hold: string;
  readonly sealedEvent: string;
}

const SOURCES = [
  {
    sensor: "log-songlam",
    line: (n: number) =>
      `sshd[${900 + n}]: Accepted publickey for quang.dang from 10.20.0.${n % 250} port ${40_000 + n} ssh2`,
  },
  {
    sensor: "tuong-lua-chi-nhanh-nghi-loc",
    line: (n: number) =>
      `%ASA-6-302013: Built inbound TCP connection ${n} for outside:203.0.113.${n % 250}/443 to inside:10.10.2.10/443`,
  },
  {
    sensor: "may-chu-mien-tru-so-chinh-toa-nha-dieu-hanh-vinh",
    line: (n: number) => `named[77]: client 10.10.4.${n % 250}#5353: query: bcth${n % 40}.example.vn IN A +`,
  },
] as const;

async function send(
  sender: ApiClient,
  source: (typeof SOURCES)[number],
  day: { at: Date; lines: number },
): Promise<void> {
  const { sensor, line } = source;
  const text = Array.from({ length: day.lines }, (_, n) => {
    const time = new Date(day.at.getTime() - n * 30_000).toISOString();
    return `<38>1 ${time} ${sensor}.songlam.example app - - - ${line(n)}\n`;
  }).join("");
  const { status, text: said } = await sender.deliver(text, {
    type: "text/plain",
    query: { sensor, format: "syslog" },
  });
  if (status !== 200) throw new Error(`delivery of ${sensor}: ${status} ${said}`);
}

/** The clock of the server is set back for each day; what is sealed then has arrived then. */
export async function keepForWeeks({ server }: Stage): Promise<void> {
  const { lake, integrity } = server.server.parts;
  const sender = await server.withToken("ingest");
  const now = Date.now();
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    for (let ago = DAYS; ago >= 1; ago -= 1) {
      const day = new Date(now - ago * DAY_MS);
      vi.setSystemTime(day);
      const lines = 60 + ((ago * 37) % 50) * 4;
      // What is let go first is sealed apart: a segment goes whole.
      for (const part of [SOURCES.slice(0, 2), SOURCES.slice(2)]) {
        for (const [index, source] of part.entries()) {
          await send(sender, source, { at: day, lines: Math.round(lines / (index + 1)) });
        }
        await server.settled();
        await lake.store.seal();
        await integrity.reconcile();
      }
    }
  } finally {
    vi.useRealTimers();
  }
}

async function good<Answer>(answer: Promise<{ status: number; text: string; body: Answer }>): Promise<Answer> {
  const { status, text, body } = await answer;
  if (status >= 300) throw new Error(text);
  return body;
}

/** As an administrator leaves it: something is due, something of it is held. */
export async function governStorage({ server, admin }: Stage): Promise<StoredPlaces> {
  const { parts } = server.server;
  // What is due stays due until somebody at the screen lets it go, however long the pictures take.
  const { apply } = parts.retention;
  vi.spyOn(parts.retention, "apply").mockImplementation(async (asker) =>
    asker === undefined
      ? { dropped: 0, events: 0, bytes: 0, overQuotaBytes: 0 }
      : await apply.call(parts.retention, asker),
  );
  // Put together with younger ones, these segments would not be due any more.
  vi.spyOn(parts.integrity, "mergeSmall").mockResolvedValue(false);
  await good(
    admin.post("/api/v1/retention/terms", {
      name: "Cấp độ 3: hệ thống điều hành lưới điện",
      sensor: "log-*",
      rule: "vn-log-by-level",
      level: 3,
    }),
  );
  await good(
    admin.post("/api/v1/retention/terms", {
      name: "Nhật ký cấp phát địa chỉ, ánh xạ NAT",
      sensor: "tuong-lua-*",
      rule: "vn-ip-log",
    }),
  );
  await good(
    admin.post("/api/v1/retention/terms", { name: "Truy vấn tên miền", sensor: "may-chu-mien-*", keep: "P10D" }),
  );
  await good(
    admin.ask("PUT", "/api/v1/retention/quota", {
      body: JSON.stringify({ quotaBytes: 40_000_000 }),
      headers: { "content-type": "application/json" },
    }),
  );
  const hold = await good(
    admin.post<{ id: string }>("/api/v1/holds", {
      name: "Vụ việc 17/2026: truy cập trái phép trạm 220 kV Nghi Sơn",
      reason: "Công văn 1482/CV-CQĐT của cơ quan điều tra ngày 18/11/2026; giữ đến khi có văn bản kết thúc.",
      scope: {
        query: "query",
        hosts: [],
        sensors: ["may-chu-mien-tru-so-chinh-toa-nha-dieu-hanh-vinh"],
        from: new Date(Date.now() - 13 * DAY_MS).toISOString(),
        to: new Date(Date.now() - 11 * DAY_MS).toISOString(),
      },
    }),
  );
  const old = await good(
    admin.post<{ id: string }>("/api/v1/holds", {
      name: "Kiểm toán năm 2025",
      reason: "Yêu cầu của đoàn kiểm toán",
      scope: { query: "", hosts: [], sensors: ["log-songlam"] },
    }),
  );
  await good(
    admin.post(`/api/v1/holds/${old.id}/release`, { reason: "Đoàn kiểm toán đã có kết luận, biên bản số 12." }),
  );
  await good(admin.post("/api/v1/storage/checks", { deep: true }));
  await parts.checks.settled();
  const asker = { actor: { kind: "token", id: "t", name: "Sao lưu đêm" }, peer: "127.0.0.1" } as const;
  const lease = await parts.backups.take(asker);
  await parts.backups.finish(
    lease.id,
    { ok: true, snapshot: "2026-11-22T01-00-00Z", files: 61, bytes: 48_300_000, newBytes: 2_140_000 },
    asker,
  );
  const found = await admin.get<{ items: { id: string }[] }>(
    `/api/v1/events?query=${encodeURIComponent('sensor:"log-songlam"')}&order=oldest&limit=1`,
  );
  return { hold: hold.id, sealedEvent: found.items[0]?.id ?? "" };
}
