/** An operation centre with its people: a roster, a rota with a gap and a swap, on-call, an escalation, a hand-over. */
import type { Stage } from "./stage.ts";

/** Addresses of people's rooms. */
export interface PeoplePlaces {
  readonly handover: string;
}

const NAMES = [
  "Nguyễn Thị Thùy Dương",
  "Trần Quốc Bảo",
  "Phạm Hoàng Lan",
  "Lê Văn Nghĩa",
  "Vũ Đình Công Nguyễn Phước Bảo Quý Hiển",
  "Đỗ Minh Châu",
  "Hoàng Anh",
  "<img src=x onerror=alert(1)>",
];

export async function staff(stage: Stage): Promise<PeoplePlaces> {
  const { admin } = stage;
  const make = async (path: string, value: object): Promise<{ id: string }> => {
    const { status, text, body } = await admin.post<{ id: string }>(path, value);
    if (status !== 201) throw new Error(`POST ${path}: ${status} ${text.slice(0, 500)}`);
    return body;
  };
  const me = await admin.get<{ user: { id: string } }>("/api/v1/session");
  const persons: string[] = [];
  for (const [n, name] of NAMES.entries()) {
    const { id } = await make("/api/v1/people/roster", {
      name,
      unit: n < 4 ? "Trung tâm điều hành an ninh mạng" : "Chi nhánh Nghi Lộc",
      roles: n % 2 === 0 ? ["ecsf.responder"] : ["ecsf.forensics", "ecsf.intelligence"],
      tier: n === 7 ? null : (n % 3) + 1,
      phone: n === 3 ? null : `+8491234567${n}`,
      mail: n === 5 ? null : `nhan.su.${n}@songlam.example`,
      languages: ["vi"],
      userId: n === 0 ? me.user.id : null,
    });
    persons.push(id);
  }
  const monday = new Date();
  monday.setUTCDate(monday.getUTCDate() - ((monday.getUTCDay() + 6) % 7) - 7);
  const startsOn = monday.toISOString().slice(0, 10);
  const pattern = (name: string, teams: number) =>
    admin.get<{ shifts: { name: string }[]; turns: unknown }>(
      `/api/v1/people/rota-patterns?pattern=${name}&teams=${teams}`,
    );
  const { shifts, turns } = await pattern("3x8", 4);
  const names = ["Ca sáng", "Ca chiều", "Ca đêm"];
  const rota = await make("/api/v1/people/rotas", {
    name: "Ca trực trung tâm điều hành",
    kind: "shift",
    timeZone: "Asia/Ho_Chi_Minh",
    startsOn,
    minimum: 2,
    shifts: shifts.map((shift, at) => ({ ...shift, name: names[at] ?? shift.name })),
    turns,
    teams: [0, 2, 4, 6].map((at) => ({ name: `Kíp ${at / 2 + 1}`, people: persons.slice(at, at + 2) })),
  });
  const weekly = await pattern("weekly", 2);
  const onCall = await make("/api/v1/people/rotas", {
    name: "Trực sẵn sàng",
    kind: "on_call",
    timeZone: "Asia/Ho_Chi_Minh",
    startsOn,
    minimum: 1,
    ...weekly,
    shifts: weekly.shifts.map((shift) => ({ ...shift, name: "Cả ngày" })),
    teams: [
      { name: "A", people: persons.slice(2, 3) },
      { name: "B", people: persons.slice(3, 4) },
    ],
  });
  const now = Date.now();
  await make("/api/v1/people/exceptions", {
    kind: "absence",
    personId: persons[4],
    from: new Date(now - 2 * 86_400_000).toISOString(),
    to: new Date(now + 3 * 86_400_000).toISOString(),
    reason: "Nghỉ ốm",
  });
  await make("/api/v1/people/exceptions", {
    kind: "swap",
    rotaId: rota.id,
    day: new Date(now).toISOString().slice(0, 10),
    shift: 0,
    out: null,
    in: persons[3],
    reason: "",
  });
  await make("/api/v1/people/escalations", {
    name: "Cảnh báo nghiêm trọng chưa ai nhận",
    enabled: true,
    steps: [
      { afterMinutes: 0, target: { kind: "rota", rotaId: rota.id }, ways: ["app", "mail"] },
      { afterMinutes: 15, target: { kind: "rota", rotaId: onCall.id }, ways: ["mail", "sms"] },
      { afterMinutes: 30, target: { kind: "person", personId: persons[1] }, ways: ["sms"] },
    ],
  });
  await stage.server.server.parts.people.escalations.look();
  const note = await make("/api/v1/people/handovers", {
    text: "Theo dõi tiếp **SRV-FILE01**: đã cô lập khỏi mạng, chờ ảnh đĩa.\n\n- Gọi lại chi nhánh Nghi Lộc lúc 7 giờ\n- <script>alert(1)</script>",
  });
  return { handover: note.id };
}
