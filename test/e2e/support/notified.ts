/** A person who was told things, and ways out of which one does not work. */
import type { Stage } from "./stage.ts";

export async function notify(stage: Stage): Promise<void> {
  const { notices, noticeCourier } = stage.server.server.parts;
  const me = await stage.admin.get<{ user: { id: string } }>("/api/v1/session");
  const destination = (part: object) => ({
    name: "Kênh chat ca trực trung tâm điều hành",
    kind: "webhook",
    url: "https://chat.songlam.example/hooks/7f3a",
    enabled: true,
    personal: true,
    team: { kinds: ["alerts.critical", "sensors.silent"], from: "high" },
    language: "vi",
    template: null,
    ...part,
  });
  await stage.admin.post("/api/v1/notices/destinations", destination({}));
  await stage.admin.post(
    "/api/v1/notices/destinations",
    destination({
      name: "Cổng SMS <img src=x onerror=alert(1)>",
      kind: "sms",
      url: "https://sms.songlam.example/send",
      personal: false,
      team: { kinds: [], from: "normal" },
      template: { type: "json", text: '{"to":"{number}","content":"{text}"}' },
    }),
  );
  const news = [
    [
      "cases.mentioned",
      "normal",
      "case",
      "Thư lừa đảo giả danh cơ quan thuế gửi tới phòng kế toán chi nhánh Nghi Lộc",
      {},
    ],
    ["cases.told", "normal", "case", "Rò rỉ dữ liệu khách hàng", { tlp: "RED" }],
    ["alerts.assigned", "normal", "alert", "Powershell tải tệp từ Internet", {}],
    ["approvals.opened", "high", "approval", "Khóa tài khoản SONGLAM\\hoa.tran", {}],
    ["alerts.critical", "critical", "alert", "Bản sao lưu bị xóa trên \u202etxt.exe", {}],
    ["alerts.critical", "critical", "alert", "Diễn tập: mã hóa hàng loạt", { exerciseId: "dien-tap" }],
    ["sensors.silent", "high", "sensor", "tuong-lua-chi-nhanh-nghi-loc", {}],
  ] as const;
  for (const [n, [kind, urgency, object, title, part]] of news.entries()) {
    const id = `${object}-${n}`;
    await notices.tell({
      key: `e2e:${n}`,
      kind,
      urgency,
      people: [me.user.id],
      by: n < 4 ? { id: "lan", name: "Nguyễn Thị Hoàng Lan" } : null,
      object: { kind: object, id, title },
      path: object === "sensor" ? `/sensors?sensor=${title}` : "/alerts",
      ...part,
    });
  }
  await noticeCourier.run();
}
