/** Cases as a shift has them: one deep in work, one somebody called about, one for few eyes, one that was closed. */
import { ApiClient } from "../../flows/api-client.ts";
import { PASSWORD } from "../../flows/server.ts";
import { OVERRIDE } from "./hostile.ts";
import { SHIFT } from "./people.ts";
import type { Stage } from "./stage.ts";

export interface CasePlaces {
  readonly busy: string;
  readonly restricted: string;
  readonly closed: string;
}
interface Made {
  readonly id: string;
  readonly version: number;
}

const MINUTE_MS = 60_000;
const ago = (minutes: number) => new Date(Date.now() - minutes * MINUTE_MS).toISOString();
const SOURCE = { kind: "person", note: "Nguyễn Thị Kim Oanh, phòng kế toán" };

function parts(colleague: string): object[] {
  return [
    {
      kind: "fact",
      time: ago(190),
      text: "Kế toán mở tệp «Bảng lương tháng 11» nhận qua thư từ địa chỉ lạ.",
      factKind: "attacker",
      confidence: "likely",
      source: SOURCE,
    },
    {
      kind: "fact",
      time: ago(20),
      text: `Rút dây mạng máy trạm, chưa tắt nguồn. ${OVERRIDE}`,
      factKind: "response",
      confidence: "confirmed",
      source: { ...SOURCE, note: "" },
    },
    {
      kind: "task",
      title:
        "Gọi nhà cung cấp phần mềm bảo trì hệ thống điều khiển trạm 220 kV Nghi Sơn xin xác nhận lịch bảo trì quý bốn",
      owner: { id: colleague },
      due: ago(30),
      state: "doing",
      note: "",
      order: 5,
    },
    {
      kind: "indicator",
      type: "domain",
      value: "cap-nhat-hoa-don.example",
      verdict: "malicious",
      source: "Báo cáo nội bộ 11/2026",
      note: "",
    },
    {
      kind: "indicator",
      type: "hash",
      value: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      verdict: "suspicious",
      source: "",
      note: "Chưa có trong kho chung.",
    },
    {
      kind: "note",
      title: "Nhận định ban đầu",
      markdown:
        "## Đường vào\n\nThư giả mạo, **tệp nén có mật khẩu**. Kiểm tra:\n\n- máy chủ thư\n- hai máy cùng phòng\n\n<img src=x onerror=alert(1)>",
    },
    {
      kind: "message",
      time: ago(60),
      direction: "out",
      channel: "phone",
      counterpart: "Trực điều độ A1",
      summary: "Báo có sự cố ở mạng văn phòng, mạng điều khiển chưa bị ảnh hưởng.",
    },
    {
      kind: "decision",
      time: ago(55),
      what: "Ngắt mạng máy trạm kế toán, giữ nguồn để lấy bộ nhớ.",
      by: SHIFT.admin.displayName,
      reason: "Có kết nối ra ngoài lặp lại mỗi 60 giây.",
      alternatives: "Theo dõi thêm một giờ.",
      facts: [],
    },
    { kind: "comment", text: "Anh kiểm tra giúp nhật ký máy chủ thư từ 7 giờ sáng.", mentions: [{ id: colleague }] },
  ];
}

export async function workOnCases(stage: Stage): Promise<CasePlaces> {
  const { admin, server } = stage;
  const analyst = await ApiClient.signIn(server.url, { username: SHIFT.analyst.username, password: PASSWORD });
  const { items } = await admin.get<{ items: { id: string; displayName: string }[] }>("/api/v1/users/names");
  const colleague = items.find(({ displayName }) => displayName === SHIFT.colleague.displayName)?.id ?? "";
  const alerts = (
    await admin.get<{ items: { id: string }[] }>("/api/v1/alerts?limit=30&exercise=exclude&sort=count")
  ).items.map(({ id }) => id);
  const open = async (client: ApiClient, body: object): Promise<Made> => {
    const answer = await client.post<Made>("/api/v1/cases", body);
    if (answer.status !== 201) throw new Error(`case: ${answer.text}`);
    return answer.body;
  };
  const busy = await open(analyst, {
    title: "Mã độc qua thư giả mạo tại phòng kế toán, nghi lan sang máy trạm vận hành trạm biến áp 220 kV Nghi Sơn",
    kind: "malware",
    summary: "Một người mở tệp đính kèm; máy gọi ra ngoài. Đã ngắt mạng một máy, đang tìm máy khác.",
    severity: "critical",
    tags: ["kế toán", "thư giả mạo"],
    deputies: [colleague],
    alerts: alerts.slice(0, 4),
  });
  const facts: string[] = [];
  for (const each of parts(colleague)) {
    const content = "facts" in each ? { ...each, facts } : each;
    const { status, text, body } = await analyst.post<Made>(`/api/v1/cases/${busy.id}/parts`, { content });
    if (status !== 201) throw new Error(`part: ${text}`);
    if ("factKind" in each) facts.push(body.id);
  }
  const bytes = Buffer.from("4d5a90000300000004000000ffff0000", "hex");
  await analyst.ask(
    "POST",
    `/api/v1/cases/${busy.id}/evidence/files?name=${encodeURIComponent("Bảng lương tháng 11.pdf")}`,
    { body: bytes, headers: { "content-type": "application/octet-stream" } },
  );
  const { version } = await analyst.get<Made>(`/api/v1/cases/${busy.id}`);
  await analyst.post(`/api/v1/cases/${busy.id}/stage`, { version, to: "triage" });
  await analyst.post(`/api/v1/cases/${busy.id}/stage`, {
    version: version + 1,
    to: "contained",
    reason: "Đã ngắt mạng máy đầu tiên.",
  });
  await open(analyst, {
    title: "Máy in tầng 3 tự in ra trang lạ",
    kind: "other",
    origin: { reporter: "Anh Hùng, bảo vệ tòa nhà", channel: "phone", at: ago(90) },
    alerts: alerts.slice(3, 5),
  });
  const restricted = await open(admin, {
    title: "Nghi lộ danh sách nguồn tin",
    kind: "data_leak",
    severity: "high",
    tlp: "RED",
    restricted: true,
    members: [colleague],
  });
  const closed = await open(analyst, { title: "Thư giả mạo mạo danh điện lực tỉnh", kind: "phishing", lead: null });
  await admin.post(`/api/v1/cases/${closed.id}/stage`, {
    version: closed.version,
    to: "closed",
    reason: "Đã xử lý xong",
    resolution: "near_miss",
    summary: "Hai người nhận, không ai nhập mật khẩu; đã chặn tên miền gửi thư.",
  });
  return { busy: busy.id, restricted: restricted.id, closed: closed.id };
}
