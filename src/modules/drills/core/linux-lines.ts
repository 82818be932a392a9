/** What Linux hosts write: RFC 5424 syslog lines and audit events. */
import { type Instant, tableOf } from "../../../kernel/index.ts";
import { localIso, type ScenarioLine } from "./line.ts";
import type { SeededRandom } from "./random.ts";
import type { Scenario, ScenarioHost } from "./scenario.ts";

/** RFC 5424 priority: facility × 8 + severity. */
const PRIORITY = tableOf<number>({ sshd: 38, sudo: 85, CRON: 78 });

interface Caller {
  readonly uid: number;
  readonly auid: number;
}

const ROOT: Caller = { uid: 0, auid: 0 };

export class LinuxLines {
  readonly #scenario: Scenario;
  readonly #random: SeededRandom;
  #serial = 41_000;

  constructor(scenario: Scenario, random: SeededRandom) {
    this.#scenario = scenario;
    this.#random = random;
  }

  syslog(
    host: ScenarioHost,
    time: Instant,
    entry: { readonly program: string; readonly message: string },
  ): ScenarioLine {
    const { utcOffsetMinutes, sensors } = this.#scenario;
    const pid = this.#random.between(2_000, 31_000);
    const stamp = localIso(time, utcOffsetMinutes);
    const priority = PRIORITY[entry.program] ?? 30;
    const raw = `<${priority}>1 ${stamp} ${host.name} ${entry.program} ${pid} - - ${entry.message}`;
    return { time, sensor: sensors.linux, format: "syslog", raw };
  }

  /** A program start: SYSCALL, EXECVE, CWD, PATH and PROCTITLE records of one event. `argv[0]` is the file that ran. */
  program(host: ScenarioHost, time: Instant, argv: readonly string[], caller: Caller = ROOT): ScenarioLine {
    const [exe = "/bin/true", ...words] = argv;
    const title = hexText(words.join("\0"));
    const quoted = words.map((word, index) => `a${index}=${argument(word)}`).join(" ");
    return this.#audit(host, time, [
      `type=SYSCALL ${this.#syscall(59, exe, caller)} key="khien-exec"`,
      `type=EXECVE argc=${words.length} ${quoted}`,
      'type=CWD cwd="/root"',
      `type=PATH item=0 name="${exe}" inode=13181 dev=08:01 mode=0100755 ouid=0 ogid=0 rdev=00:00 nametype=NORMAL`,
      `type=PROCTITLE proctitle=${title}`,
    ]);
  }

  /** A watched file written: the audit rule `-w PATH -p wa -k khien-persist`. */
  fileWritten(host: ScenarioHost, time: Instant, file: { readonly exe: string; readonly path: string }): ScenarioLine {
    const folder = file.path.slice(0, file.path.lastIndexOf("/") + 1);
    return this.#audit(host, time, [
      `type=SYSCALL ${this.#syscall(257, file.exe, ROOT)} key="khien-persist"`,
      'type=CWD cwd="/root"',
      `type=PATH item=0 name="${folder}" inode=131 dev=08:01 mode=040755 ouid=0 ogid=0 rdev=00:00 nametype=PARENT`,
      `type=PATH item=1 name="${file.path}" inode=13190 dev=08:01 mode=0100644 ouid=0 ogid=0 rdev=00:00 nametype=CREATE`,
    ]);
  }

  #syscall(number: number, exe: string, { uid, auid }: Caller): string {
    const pid = this.#random.between(2_000, 31_000);
    const ids = `auid=${auid} uid=${uid} gid=${uid} euid=${uid} suid=${uid} fsuid=${uid} egid=${uid} sgid=${uid} fsgid=${uid}`;
    const comm = exe.slice(exe.lastIndexOf("/") + 1, exe.lastIndexOf("/") + 16);
    return `arch=c000003e syscall=${number} success=yes exit=0 a0=55d1c0 a1=55d1d8 a2=55d1f0 a3=8 items=2 ppid=${pid - 7} pid=${pid} ${ids} tty=pts0 ses=12 comm="${comm}" exe="${exe}"`;
  }

  #audit(host: ScenarioHost, time: Instant, records: readonly string[]): ScenarioLine {
    const stamp = `${Math.floor(time / 1_000)}.${String(time % 1_000).padStart(3, "0")}`;
    const serial = this.#serial++;
    const lines = records.map((record) =>
      record.replace(/^type=(\S+)/, `node=${host.name} type=$1 msg=audit(${stamp}:${serial}):`),
    );
    return { time, sensor: this.#scenario.sensors.linux, format: "auditd", raw: lines.join("\n") };
  }
}

/** auditd writes a word with blanks or quotes in hex. */
function argument(word: string): string {
  return /[\s"]/.test(word) || word === "" ? hexText(word) : `"${word}"`;
}

function hexText(text: string): string {
  let hex = "";
  for (const byte of new TextEncoder().encode(text)) hex += byte.toString(16).padStart(2, "0");
  return hex.toUpperCase();
}
