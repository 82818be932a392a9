/** The events of bench/hunt.ts: the same in every run, batch by batch, whoever makes which batch. */
import { createHash } from "node:crypto";
import type { EventId, Fields, KhienEvent } from "../src/kernel/index.ts";

export const START = Date.UTC(2026, 10, 17);
export const BATCH = 5_000;

export function stepMs(total: number): number {
  return Math.max(1, Math.floor((4 * 86_400_000) / total));
}

let seed = 42;
/** mulberry32: the same events in every run. */
function random(): number {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
}
const below = (n: number) => Math.floor(random() * n);
/** Few values often, many seldom. */
const skewed = (n: number) => Math.floor(n * random() ** 3);
const of = <T>(list: readonly T[]) => list[below(list.length)] as T;

const PROGRAMS = ["powershell.exe", "cmd.exe", "svchost.exe", "sshd", "nginx", "python3", "chrome.exe", "rundll32.exe"];
const ACTIONS = ["login", "logout", "exec", "connect", "dns", "file", "deny", "allow"];
const WORDS = ["update", "backup", "report", "session", "kernel", "policy", "mail", "sync", "đăng nhập", "thất bại"];

function eventOf(n: number, time: number): KhienEvent {
  const host = `host-${String(skewed(2_000)).padStart(4, "0")}`;
  const user = `user${skewed(20_000)}`;
  const process = of(PROGRAMS);
  const needle = below(20_000) === 0 ? " -enc SQBFAFgA mimikatz" : "";
  const commandLine = `C:\\Windows\\System32\\${process} -id ${below(1_000_000)} --${of(WORDS)}=${of(WORDS)}${needle}`;
  const srcIp = `10.${below(256)}.${below(256)}.${below(20)}`;
  const fields: Fields = {
    EventID: of([1, 3, 4624, 4625, 4688, 5156]),
    action: of(ACTIONS),
    severity: of(["low", "low", "low", "medium", "high"]),
    bytes: below(1_000_000),
    CommandLine: commandLine,
    Computer: host,
    TargetUserName: user,
    SourceIp: srcIp,
    Message: `${of(WORDS)} ${of(WORDS)} ${of(WORDS)} by ${user} at ${host}`,
    ...(random() < 0.3 ? { "Odd Name": String(below(100)), tags: ["a", of(WORDS)] } : {}),
  };
  return {
    id: createHash("md5").update(String(n)).digest("hex") as EventId,
    time,
    ingestedAt: time + 500,
    sensor: `sensor-${below(5)}`,
    logsource: random() < 0.5 ? { product: "windows", service: "security" } : { product: "linux" },
    format: "bench",
    host,
    entities: {
      user,
      process,
      commandLine,
      srcIp,
      dstIp: `192.168.${below(4)}.${below(250)}`,
      dstPort: of([22, 80, 443, 445, 3389]),
    },
    fields,
    raw: JSON.stringify(fields),
  };
}

/** Events `from` to before `from + count`, of `total`. */
export function eventsOf({ from, count, total }: { from: number; count: number; total: number }): KhienEvent[] {
  seed = 42 + from;
  const step = stepMs(total);
  return Array.from({ length: count }, (_, n) => eventOf(from + n, START + (from + n) * step));
}
