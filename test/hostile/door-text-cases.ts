/** Bodies that are whole but mean harm: times, formats, names and texts. */
import type { HostileCase } from "./case.ts";
import { door, kept, line, problem } from "./door.ts";
import { CARRIERS, INJECTIONS } from "./payloads.ts";
import { INHERITED } from "../faults/mutate-lines.ts";

const flowOf = (word: string) => ({
  category: "FlowLogFlowEvent",
  operationName: word,
  flowRecords: { flows: [{ flowGroups: [{ rule: word, flowTuples: [`1,192.0.2.1,192.0.2.2,1,2,${word},O,D`] }] }] },
});

const TIMES = [
  "-1",
  "-99999999999999",
  "0",
  "1e308",
  "9999-12-31T23:59:59.999Z",
  "+275760-09-13T00:00:00Z",
  "+999999-01-01T00:00:00Z",
  "0000-00-00T00:00:00Z",
  "2026-02-30T25:61:61Z",
  "2026-11-21T08:00:00+99:99",
  "2016-12-31T23:59:60Z",
  "NaN",
  "now",
  "",
  "9".repeat(400),
  "1970-01-01",
  "-271821-04-19T23:59:59Z",
];
const times: readonly HostileCase[] = TIMES.map((time) => {
  const value = JSON.stringify(time);
  const number = /^-?[\d.e]{1,20}$/u.test(time) ? time : value;
  const events = [
    `{"EventTime":${value},"EventID":1,"Hostname":"h"}`,
    `{"@timestamp":${value},"winlog":{"event_id":1}}`,
    `{"timestamp":${value},"event_type":"dns"}`,
    `{"_path":"conn","ts":${number},"uid":"C1"}`,
    `{"Event":{"System":{"TimeCreated":{"#attributes":{"SystemTime":${value}}},"EventID":1}}}`,
    `{"time":${value},"eventTime":${value},"createdDateTime":${value}}`,
  ];
  return door(
    `time ${time.slice(0, 30) || "empty"} in every time field`,
    () => `${events.join("\n")}\n`,
    kept(events.length),
  );
});

const formats: readonly HostileCase[] = [
  [
    "zeek header with 20,000 columns",
    `#separator \\x09\n#fields\t${"f\t".repeat(20_000)}\n#types\t${"string\t".repeat(20_000)}\n${"x\t".repeat(20_000)}\n`,
  ],
  ["zeek header with a foreign separator", "#separator \\x00\n#fields\0a\0b\n1\x002\n#close\n#separator\n#fields\n"],
  [
    "zeek columns named like members of every object",
    "#separator \\x09\n#path\tconn\n#fields\t__proto__\tconstructor\tts\n#types\tstring\tstring\ttime\nx\ty\t1\n",
  ],
  [
    "10,000 audit events that never end",
    Array.from({ length: 10_000 }, (_, n) => `type=SYSCALL msg=audit(1795054445.120:${n}): arch=c000003e`).join("\n"),
  ],
  [
    "one audit event of 20,000 lines",
    Array.from({ length: 20_000 }, (_, n) => `type=PATH msg=audit(1.1:1): item=${n} name="x"`).join("\n"),
  ],
  ["audit values in broken hex", 'type=EXECVE msg=audit(1.1:2): argc=999999999 a0=GG a1=41414 a2="unclosed a3=00\n'],
  [
    "audit records of types and calls that every object knows",
    INHERITED.map((word) => `type=${word} msg=audit(1.1:2): arch=c000003e syscall=${word} uid=${word}\n`).join(""),
  ],
  ["flows whose protocol every object knows", INHERITED.map((word) => `${JSON.stringify(flowOf(word))}\n`).join("")],
  ["audit with a serial of 400 digits", `type=SYSCALL msg=audit(1.1:${"9".repeat(400)}): x=1\n`],
  ["syslog priority out of range", "<999999999>Nov 21 08:00:00 h p: x\n<-1>x\n<>x\n<1\n<13>\n"],
  ["structured data, 10,000 elements", `<34>1 2026-11-21T08:00:00Z h a p m ${'[a@1 b="c\\]\\""]'.repeat(10_000)} x\n`],
  ["structured data never closed", `<34>1 2026-11-21T08:00:00Z h a p m [a@1 b="${"\\".repeat(100_000)}\n`],
  [
    "event XML with an entity bomb",
    `<!DOCTYPE lolz [<!ENTITY a "lol">${Array.from({ length: 9 }, (_, n) => `<!ENTITY b${n} "${"&a;".repeat(10)}">`).join("")}]><Event><System><EventID>&b8;</EventID></System></Event>\n`,
  ],
  ["event XML 50,000 deep", `<Event>${"<a>".repeat(50_000)}\n`],
  ["sudo line with 100,000 equals signs", `<86>Nov 21 08:00:00 h sudo: u : ${"TTY= ; ".repeat(15_000)}COMMAND=\n`],
  ["sshd line of spaces", `<38>Nov 21 08:00:00 h sshd[1]: Failed password for ${" ".repeat(200_000)} from x port\n`],
  ["web log with 100,000 quotes", `192.0.2.1 - - [21/Nov/2026:08:00:00 +0000] ${'"'.repeat(100_000)} 200 1\n`],
].map(([name, text]) =>
  door(name ?? "", () => text, { status: [200], rejected: [] }, { type: "text/plain", withinMs: 20_000 }),
);

const addressing: readonly HostileCase[] = [
  door("sensor name too long", () => line("{}"), problem(422, "http.request.invalid"), {
    query: { sensor: "s".repeat(121) },
  }),
  door("sensor name empty", () => line("{}"), problem(422, "http.request.invalid"), { query: { sensor: " " } }),
  ...[
    "../../etc/passwd",
    "__proto__",
    "\u001b]0;owned\u0007",
    "\u202egnp",
    "'; DROP TABLE ingest_sensors; --",
    "<b>",
  ].map((sensor) =>
    door(
      `sensor ${JSON.stringify(sensor)}`,
      () => line('{"odd":"sensor"}'),
      { status: [200, 422] },
      { query: { sensor } },
    ),
  ),
  ...["-1", "0", "1.5", "1e308", "NaN", "9007199254740993", "١"].map((firstLine) =>
    door(`first line ${firstLine}`, () => line("{}"), problem(422, "http.request.invalid"), {
      query: { source: "f", firstLine },
    }),
  ),
  ...["__proto__", "constructor", "../x", "zeek-tsv:{}", "\u0000", "windows-nxlog"].map((format) =>
    door(
      `format ${JSON.stringify(format)}`,
      () => line('{"odd":"format"}'),
      { status: [200, 422] },
      { query: { format } },
    ),
  ),
  door("source of 2,000 characters", () => line("{}"), problem(422, "http.request.invalid"), {
    query: { source: "s".repeat(2_000) },
  }),
];

const injections: readonly HostileCase[] = Object.entries(CARRIERS).flatMap(([format, { type, line: carry }]) =>
  Object.entries(INJECTIONS).map(([name, text]) =>
    door(`${name} in ${format}`, () => line(carry(text)), kept(), { type, query: { sensor: "injections" } }),
  ),
);

export const doorTextCases: readonly HostileCase[] = [...times, ...formats, ...addressing, ...injections];
