/**
 * Linux audit: one event of one or more records with the same `audit(time:serial)`, joined by "\n" (see ../audit-joiner.ts).
 *
 * All records' fields lie side by side under the kernel's names; where two records use one name (SYSCALL's and EXECVE's
 * `a0`, several PATHs' `name`, `type` itself) the field is a list, and a rule matches when any element does.
 * A program start additionally gets the names of Sigma's process_creation category (Image, CommandLine …).
 */
import type { Entities } from "../../../../kernel/index.ts";
import { MAX_AUDIT_LINES, MAX_FIELDS } from "../limits.ts";
import { logSource } from "../logsources.ts";
import type { OpenFields, Parsed } from "../parsed.ts";
import { addValue, newFields, portNumber, text } from "../parsed.ts";
import { parseIso, usable } from "../time.ts";
import { RECORD_TYPES, syscallName } from "./auditd-names.ts";
import { addTokens, hexBytes } from "./auditd-tokens.ts";

/** A syslog frame in front, of the programs that write audit records only: user text must not pass for one. */
const FRAME =
  /^(?:<\d{1,3}>)?(?:1 )?(?:[A-Z][a-z]{2} [ \d]\d [\d:]{8}|\d{4}-[\d:.TZ+-]{12,40}) \S{1,255} (?:audispd|audisp-syslog|auditd|kernel)(?:(?:\[\d{1,10}\])?:| \S{1,10} \S{1,32} -) (?:\[ {0,8}[\d.]{1,20}\] )?/;
const HEADER =
  /^(?:node=(\S{1,255}) )?(?:audit: )?type=(\S{1,64}) (?:msg=)?audit\((?:(\d{1,12})|(\d\d)\/(\d\d)\/(\d{2,4}) (\d\d:\d\d:\d\d))\.(\d{1,9}):(\d{1,20})\) ?: ?/;

export interface AuditHeader {
  readonly node: string | undefined;
  readonly type: string;
  readonly time: number;
  readonly serial: string;
  /** Where the fields start. */
  readonly length: number;
}

export function auditHeader(line: string): AuditHeader | undefined {
  const start = line.charCodeAt(0);
  const bare = start === 116 || start === 110 || start === 97;
  const frame = bare ? 0 : (FRAME.exec(line.slice(0, 512))?.[0].length ?? -1);
  if (frame < 0) return undefined;
  const match = HEADER.exec(line.slice(frame, frame + 512));
  if (match === null) return undefined;
  const [whole, node, type = "", seconds, month, day, year = "", clock, fraction = "", serial = ""] = match;
  // `ausearch -i` writes the date as the C locale has it, in the local zone it does not name.
  const stated =
    seconds === undefined ? parseIso(`${year.padStart(4, "20")}-${month}-${day}T${clock}Z`) : Number(seconds) * 1_000;
  return {
    node,
    type: RECORD_TYPES[type] ?? type,
    time: stated + Number(fraction.padEnd(3, "0").slice(0, 3)),
    serial,
    length: frame + whole.length,
  };
}

/** EXECVE splits an argument over 7,500 characters into `a1[0]`, `a1[1]` …. */
function pieces(execve: OpenFields, argument: number): string | undefined {
  let word: string | undefined;
  for (let part = 0; ; part++) {
    const piece = execve[`a${argument}[${part}]`];
    if (typeof piece !== "string") return word;
    word = (word ?? "") + piece;
  }
}

function commandLineOf(execve: OpenFields): string | undefined {
  const count = Math.min(Number(text(execve["argc"]) ?? 0), 10_000);
  const words: string[] = [];
  for (let i = 0; i < count; i++) {
    const word = execve[`a${i}`] ?? pieces(execve, i);
    if (typeof word !== "string") break;
    words.push(word);
  }
  return words.length === 0 ? undefined : words.join(" ");
}

/** The address inside SOCKADDR's `saddr`: family, port, address as the kernel's struct lays them out. */
function addSocket(fields: OpenFields, saddr: string): void {
  if (saddr.length < 16 || saddr.length > 256 || !/^[0-9A-Fa-f]+$/.test(saddr)) return;
  const bytes = hexBytes(saddr);
  const family = (bytes[0] ?? 0) + (bytes[1] ?? 0) * 256;
  const port = (bytes[2] ?? 0) * 256 + (bytes[3] ?? 0);
  if (family === 2) {
    addValue(fields, "daddr", bytes.subarray(4, 8).join("."));
    addValue(fields, "dport", port);
  } else if (family === 10 && bytes.length >= 24) {
    const groups: string[] = [];
    for (let i = 8; i < 24; i += 2) groups.push(((bytes[i] ?? 0) * 256 + (bytes[i + 1] ?? 0)).toString(16));
    addValue(fields, "daddr", groups.join(":").replace(/(^|:)0(:0)+(:|$)/, "::"));
    addValue(fields, "dport", port);
  }
}

function addProcess(fields: OpenFields, commandLine: string | undefined): void {
  const put = (name: string, value: string | undefined): void => {
    if (value !== undefined && fields[name] === undefined) fields[name] = value;
  };
  put("Image", text(fields["exe"]));
  put("CommandLine", commandLine);
  put("CurrentDirectory", text(fields["cwd"]));
  put("ProcessId", text(fields["pid"]));
  put("ParentProcessId", text(fields["ppid"]));
  put("User", text(fields["UID"]) ?? text(fields["user"]));
}

/** What the records write for nothing; 4294967295 is the kernel's -1: nobody has logged in. */
const NOTHING: ReadonlySet<string> = new Set(["?", "UNKNOWN", "(null)", "(unknown)", "unset", "-1", "4294967295"]);

function said(fields: OpenFields, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = text(fields[name]);
    if (value !== undefined && !NOTHING.has(value)) return value;
  }
  return undefined;
}

function entitiesOf(fields: OpenFields): Entities {
  // Who comes in from outside: sshd's records name the peer's port and both ends of its own side.
  const peer = said(fields, "addr");
  const isPeer = peer !== undefined && fields["rport"] !== undefined;
  return {
    user: said(fields, "acct", "AUID", "auid", "UID", "uid"),
    process: said(fields, "exe"),
    commandLine: said(fields, "CommandLine", "proctitle", "cmd"),
    srcIp: peer,
    srcPort: isPeer ? portNumber(said(fields, "rport")) : undefined,
    dstIp: said(fields, "daddr", ...(isPeer ? ["laddr"] : [])),
    dstPort: portNumber(said(fields, "dport", ...(isPeer ? ["lport"] : []))),
    file: said(fields, "name"),
  };
}

function isProgramStart(fields: OpenFields, types: readonly string[]): boolean {
  if (fields["success"] === "no") return false;
  return types.includes("EXECVE") || types.includes("AUOMS_EXECVE");
}

/** Parses one audit event, or answers undefined when the text is none. */
export function parseAudit(raw: string): Parsed | undefined {
  const first = auditHeader(raw);
  if (first === undefined) return undefined;
  const fields = newFields();
  const types: string[] = [];
  const budget = { left: MAX_FIELDS };
  let commandLine: string | undefined;
  for (const line of raw.split("\n", MAX_AUDIT_LINES)) {
    const header = auditHeader(line);
    if (header === undefined) continue;
    types.push(header.type);
    addValue(fields, "type", header.type);
    const body = line.slice(header.length);
    if (header.type === "EXECVE") {
      const execve = newFields();
      addTokens({ fields: execve, type: header.type, budget }, body);
      commandLine = commandLineOf(execve);
      for (const name in execve) for (const value of [execve[name] ?? null].flat()) addValue(fields, name, value);
    } else {
      addTokens({ fields, type: header.type, budget }, body);
    }
  }
  fields["audit_serial"] = first.serial;
  const number = text(fields["syscall"]);
  const isName = number !== undefined && /^[a-z]/.test(number);
  const name = isName ? number : syscallName(text(fields["arch"]) ?? "", number ?? "");
  if (name !== undefined && fields["SYSCALL"] === undefined) fields["SYSCALL"] = name;
  const saddr = text(fields["saddr"]);
  if (saddr !== undefined) addSocket(fields, saddr);
  const starts = isProgramStart(fields, types);
  if (starts) addProcess(fields, commandLine ?? text(fields["cmdline"]) ?? text(fields["proctitle"]));
  return {
    format: "auditd",
    time: usable(first.time),
    host: first.node ?? text(fields["node"]),
    logsource: logSource("linux", "auditd", starts ? "process_creation" : undefined),
    entities: entitiesOf(fields),
    fields,
  };
}
