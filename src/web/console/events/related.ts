/** Which views of several events one event leads to; the server decides what is in them. */
import type { StoredEvent } from "../api/types.ts";

const STANDING_LOGONS = new Set(["", "-", "0x0", "0x3e4", "0x3e5", "0x3e6", "0x3e7"]);
const NO_SESSION = new Set(["", "4294967295", "-1", "unset"]);

function reader(event: StoredEvent): (name: string) => string {
  const byName = new Map(
    Object.entries(event.fields).map(([name, value]) => [
      name.toLowerCase(),
      String((Array.isArray(value) ? value[0] : value) ?? ""),
    ]),
  );
  return (name) => byName.get(name.toLowerCase()) ?? "";
}

export function namesProcess(event: StoredEvent): boolean {
  const field = reader(event);
  const started = field("NewProcessId") !== "" || (field("ppid") !== "" && field("exe") !== "");
  return event.host !== undefined && (started || field("ProcessGuid") !== "" || field("ProcessId") !== "");
}

export function namesSession(event: StoredEvent): boolean {
  if (event.host === undefined) return false;
  const field = reader(event);
  const logons = ["TargetLogonId", "LogonId", "SubjectLogonId"].map((name) => field(name).toLowerCase());
  if (logons.some((logon) => !STANDING_LOGONS.has(logon))) return true;
  if (!NO_SESSION.has(field("ses"))) return true;
  const program = field("program") || field("process") || field("appname");
  return /sshd/iu.test(program) && field("pid") !== "";
}
