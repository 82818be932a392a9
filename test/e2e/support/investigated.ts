/** A workstation taken over, as its sensors tell it: a family of processes, log-ons, and the notebook of who looked. */
import { ApiClient } from "../../flows/api-client.ts";
import { PASSWORD } from "../../flows/server.ts";
import { SHIFT } from "./people.ts";
import type { Stage } from "./stage.ts";

export const VICTIM = "PC-KT07.songlam.example";
export const USER = "SONGLAM\\hoa.tran";
const SOURCE = "10.10.20.57";
const JUMP = "jump01";
const LOGON = "0x5f3a1c";
const SENSOR = "wec-dieu-tra";
const MINUTE_MS = 60_000;

/** Addresses of the screens of an investigation. */
export interface InvestigationPlaces {
  readonly process: string;
  readonly logOn: string;
  readonly notebook: string;
}

interface Started {
  readonly pid: number;
  readonly parent: number;
  readonly image: string;
  readonly command: string;
  readonly seconds: number;
  readonly user?: string;
  readonly lasts?: number;
}

const guid = (pid: number) => `{5d2c1f00-0000-0000-0000-${String(pid).padStart(12, "0")}}`;
const system = (name: string) => `C:\\Windows\\System32\\${name}`;
const SCRIPT = "SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQAIABOAGUAdAAuAFcAZQBiAEMAbABpAGUAbgB0ACkA";

const FAMILY: readonly Started[] = [
  {
    pid: 700,
    parent: 4,
    image: system("services.exe"),
    command: "C:\\Windows\\system32\\services.exe",
    seconds: 0,
    user: "NT AUTHORITY\\SYSTEM",
  },
  ...Array.from({ length: 24 }, (_, at) => ({
    pid: 900 + at * 4,
    parent: 700,
    image: system("svchost.exe"),
    command: `C:\\Windows\\system32\\svchost.exe -k netsvcs -p -s dich-vu-${at + 1}`,
    seconds: 5 + at,
    user: "NT AUTHORITY\\SYSTEM",
  })),
  { pid: 3104, parent: 3000, image: "C:\\Windows\\explorer.exe", command: "C:\\Windows\\Explorer.EXE", seconds: 60 },
  {
    pid: 4120,
    parent: 3104,
    image: "C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE",
    command: '"C:\\Program Files\\Microsoft Office\\root\\Office16\\OUTLOOK.EXE"',
    seconds: 90,
  },
  {
    pid: 4388,
    parent: 4120,
    image: "C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE",
    command:
      '"WINWORD.EXE" /n "C:\\Users\\hoa.tran\\AppData\\Local\\Temp\\Bảng kê thanh toán tiền điện tháng 10.docm" /o ""',
    seconds: 160,
    lasts: 620,
  },
  {
    pid: 4716,
    parent: 4388,
    image: system("cmd.exe"),
    command: `cmd.exe /c powershell -nop -w hidden -enc ${SCRIPT}`,
    seconds: 171,
    lasts: 400,
  },
  {
    pid: 4804,
    parent: 4716,
    image: system("WindowsPowerShell\\v1.0\\powershell.exe"),
    command: `powershell -nop -w hidden -enc ${SCRIPT}`,
    seconds: 172,
    lasts: 399,
  },
  { pid: 4912, parent: 4804, image: system("whoami.exe"), command: "whoami /all", seconds: 190, lasts: 0 },
  {
    pid: 4920,
    parent: 4804,
    image: system("net.exe"),
    command: 'net group "Domain Admins" /domain',
    seconds: 204,
    lasts: 1,
  },
  {
    pid: 4936,
    parent: 4804,
    image: system("nltest.exe"),
    command: "nltest /dclist:songlam.example",
    seconds: 219,
    lasts: 2,
  },
  {
    pid: 5012,
    parent: 4804,
    image: system("vssadmin.exe"),
    command: "vssadmin delete shadows /all /quiet",
    seconds: 260,
    lasts: 3,
  },
  {
    pid: 4200,
    parent: 3104,
    image: "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
    command: '"chrome.exe" --profile-directory=Default',
    seconds: 300,
  },
];

function record(at: number, event: number, more: object): string {
  return JSON.stringify({
    EventTime: new Date(at).toISOString(),
    Hostname: VICTIM,
    EventID: event,
    SourceName: "Microsoft-Windows-Sysmon",
    Channel: "Microsoft-Windows-Sysmon/Operational",
    SourceModuleType: "im_msvistalog",
    ...more,
  });
}

function processLines(from: number): string[] {
  const imageOf = new Map(FAMILY.map(({ pid, image }) => [pid, image]));
  return FAMILY.flatMap(({ pid, parent, image, command, seconds, user = USER, lasts }) => {
    const own = { ProcessGuid: guid(pid), ProcessId: pid, Image: image, User: user };
    const start = record(from + seconds * 1_000, 1, {
      ...own,
      CommandLine: command,
      ParentProcessGuid: guid(parent),
      ParentProcessId: parent,
      ParentImage: imageOf.get(parent),
      ...(user === USER ? { LogonId: LOGON } : {}),
    });
    return lasts === undefined ? [start] : [start, record(from + seconds * 1_000 + lasts * 1_000 + 400, 5, own)];
  });
}

function logOnLines(from: number): string[] {
  const security = { SourceName: "Microsoft-Windows-Security-Auditing", Channel: "Security" };
  const who = { TargetUserName: "hoa.tran", TargetDomainName: "SONGLAM", SubjectLogonId: "0x3e7" };
  const opened = (at: number, id: string, type: number, more: object = {}) =>
    record(from + at * 1_000, 4624, {
      ...security,
      ...who,
      TargetLogonId: id,
      LogonType: type,
      IpAddress: SOURCE,
      ...more,
    });
  return [
    opened(50, LOGON, 2, { IpAddress: "127.0.0.1" }),
    opened(240, "0x61b7e2", 3),
    record(from + 246_000, 4634, { ...security, ...who, TargetLogonId: "0x61b7e2", LogonType: 3 }),
    opened(420, "0x66a015", 10, { TargetUserName: "svc_backup", IpAddress: "203.0.113.45" }),
    record(from + 1_500_000, 4634, { ...security, ...who, TargetLogonId: LOGON, LogonType: 2 }),
  ];
}

function sshLines(from: number): string {
  const line = (seconds: number, text: string) =>
    `<86>1 ${new Date(from + seconds * 1_000).toISOString()} ${JUMP} sshd 5151 - - ${text}\n`;
  return [
    line(500, `Accepted publickey for hoa.tran from ${SOURCE} port 50022 ssh2: ED25519 SHA256:mR0`),
    line(500, "pam_unix(sshd:session): session opened for user hoa.tran(uid=1001) by (uid=0)"),
    line(1_300, "pam_unix(sshd:session): session closed for user hoa.tran"),
  ].join("");
}

const NOTES = `## Tóm tắt
Máy **PC-KT07** của kế toán mở một tệp Word đính kèm thư giả mạo; từ đó chạy PowerShell ẩn, dò miền và xóa bản sao lưu.

- Vào lúc: theo bảng bên dưới
- Tài khoản bị mượn: \`SONGLAM\\hoa.tran\`, sau đó *có thể* cả \`svc_backup\`
- Trang của máy: [PC-KT07](/entities/host/${VICTIM})

> Chưa khẳng định được đường lan sang SRV-BAK01; chờ log của máy đó.`;

/** One page of the administrator's, one a colleague shares, one put away. */
async function notebooks(admin: ApiClient, stage: Stage): Promise<string> {
  const begin = async (client: ApiClient, title: string) =>
    (await client.post<{ id: string }>("/api/v1/notebooks", { title, shared: true })).body.id;
  const colleague = await ApiClient.signIn(stage.url, { username: SHIFT.colleague.username, password: PASSWORD });
  await begin(colleague, "Dò mật khẩu SSH trên máy trung gian, tuần 47");
  const old = await begin(admin, "Bản đồ truy vấn DNS lạ, quý III");
  await admin.ask("PATCH", `/api/v1/notebooks/${old}`, {
    body: JSON.stringify({ archived: true }),
    headers: { "content-type": "application/json" },
  });
  const id = await begin(admin, "Điều tra máy kế toán PC-KT07 bị chiếm quyền qua tệp Word đính kèm");
  const query = `host:"${VICTIM}" EventID:1 user:*hoa*`;
  const { status, text } = await admin.post(`/api/v1/notebooks/${id}/changes`, {
    expected: 0,
    changes: [
      { op: "add", cell: "tom-tat", after: null, content: { kind: "text", markdown: NOTES } },
      {
        op: "add",
        cell: "theo-may",
        after: "tom-tat",
        content: { kind: "query", query: `${query} | stats count() by process`, from: "now-24h", to: "now" },
      },
    ],
  });
  if (status !== 200) throw new Error(text);
  await admin.post(`/api/v1/notebooks/${id}/results`, { query, from: "now-24h", to: "now", after: "theo-may" });
  return id;
}

export async function investigate(stage: Stage): Promise<InvestigationPlaces> {
  const { server, admin } = stage;
  const sender = await server.withToken("ingest");
  const from = Date.now() - 40 * MINUTE_MS;
  const records = [...processLines(from), ...logOnLines(from)].join("\n");
  for (const answer of [
    await sender.deliver(records, { query: { sensor: SENSOR } }),
    await sender.deliver(sshLines(from), { type: "text/plain", query: { sensor: "log-dieu-tra" } }),
  ]) {
    if (answer.status !== 200) throw new Error(answer.text);
  }
  await server.settled();
  const first = async (query: string) => {
    const asked = new URLSearchParams({ query, from: "now-24h", to: "now", limit: "1" });
    const { items } = await admin.get<{ items: { id: string }[] }>(`/api/v1/events?${asked}`);
    if (items[0] === undefined) throw new Error(`nothing answers ${query}`);
    return items[0].id;
  };
  return {
    process: await first(`sensor:${SENSOR} ProcessId:4804 EventID:1`),
    logOn: await first(`sensor:${SENSOR} TargetLogonId:${LOGON} EventID:4624`),
    notebook: await notebooks(admin, stage),
  };
}
