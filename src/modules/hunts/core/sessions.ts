/** Which session an event belongs to, and how its source says that one opens and closes. */
import type { EventView } from "./processes.ts";

export type Mark =
  | { readonly kind: "field"; readonly field: string; readonly value: string }
  | { readonly kind: "text"; readonly text: string };

export interface SessionKey {
  readonly kind: "windows" | "auditd" | "sshd";
  readonly host: string;
  readonly value: string;
  /** Fields of members that hold the value. */
  readonly fields: readonly string[];
  readonly opens: readonly Mark[];
  readonly closes: readonly Mark[];
}

const LOGON_FIELDS = ["TargetLogonId", "LogonId", "SubjectLogonId"] as const;
/** System, local service, network service and anonymous: sessions as long as the machine runs. */
const STANDING_LOGONS: ReadonlySet<string> = new Set(["0x0", "0x3e4", "0x3e5", "0x3e6", "0x3e7"]);
/** An unset session number as the kernel writes it. */
const NO_SESSION: ReadonlySet<string> = new Set(["4294967295", "-1", "unset"]);
const event = (value: string): Mark => ({ kind: "field", field: "EventID", value });
const type = (value: string): Mark => ({ kind: "field", field: "type", value });

export function sessionOf({ host, field }: EventView): SessionKey | undefined {
  if (host === undefined) return undefined;
  const logon = LOGON_FIELDS.map(field).find(
    (value) => value !== undefined && !STANDING_LOGONS.has(value.toLowerCase()),
  );
  if (logon !== undefined) {
    const opens = [event("4624")];
    const closes = [event("4634"), event("4647")];
    return { kind: "windows", host, value: logon, fields: LOGON_FIELDS, opens, closes };
  }
  const ses = field("ses");
  if (ses !== undefined && !NO_SESSION.has(ses)) {
    return {
      kind: "auditd",
      host,
      value: ses,
      fields: ["ses"],
      opens: [type("USER_START"), type("LOGIN")],
      closes: [type("USER_END")],
    };
  }
  const pid = field("pid");
  const program = field("program") ?? field("process") ?? field("appname");
  if (pid === undefined || program === undefined || !/sshd/i.test(program)) return undefined;
  const text = (words: string): Mark => ({ kind: "text", text: words });
  const opens = [text("session opened for user"), text("Accepted ")];
  return {
    kind: "sshd",
    host,
    value: pid,
    fields: ["pid"],
    opens,
    closes: [text("session closed for user"), text("Disconnected from")],
  };
}
