/**
 * Processes as several sources tell them: Sysmon 1 and 5, Windows Security 4688 and 4689, auditd execve. One record for
 * a start or an end; which start is whose child is decided by the process's own id where there is one (Sysmon), and
 * otherwise by number and time, because numbers are used again.
 */
export interface EventView {
  readonly id: string;
  /** ms */
  readonly time: number;
  readonly host: string | undefined;
  /** First value of a source field, whatever its case; undefined when absent or empty. */
  readonly field: (name: string) => string | undefined;
}

export interface ProcessRecord {
  readonly kind: "start" | "end";
  readonly eventId: string;
  readonly time: number;
  readonly host: string;
  readonly pid: number;
  readonly guid: string | undefined;
  readonly image: string | undefined;
  readonly commandLine: string | undefined;
  readonly user: string | undefined;
  readonly parentPid: number | undefined;
  readonly parentGuid: string | undefined;
  readonly parentImage: string | undefined;
}

export function processRecord(event: EventView): ProcessRecord | undefined {
  const { field } = event;
  const host = event.host;
  if (host === undefined) return undefined;
  const code = field("EventID");
  const common = { eventId: event.id, time: event.time, host };
  const none = {
    guid: undefined,
    parentGuid: undefined,
    parentImage: undefined,
    parentPid: undefined,
    commandLine: undefined,
  };
  const created = processNumber(field("NewProcessId"));
  if (created !== undefined) {
    return {
      ...none,
      ...common,
      kind: "start",
      pid: created,
      image: field("NewProcessName"),
      commandLine: field("CommandLine"),
      user: field("TargetUserName") ?? field("SubjectUserName"),
      parentPid: processNumber(field("ProcessId")),
      parentImage: field("ParentProcessName"),
    };
  }
  const pid = processNumber(field("ProcessId") ?? field("pid"));
  if (pid === undefined) return undefined;
  if (code === "4689" || code === "5") {
    const image = field("Image") ?? field("ProcessName");
    return { ...none, ...common, kind: "end", pid, guid: field("ProcessGuid"), image, user: field("SubjectUserName") };
  }
  const parentPid = processNumber(field("ParentProcessId") ?? field("ppid"));
  const image = field("Image") ?? field("exe");
  const isStart = code === "1" || field("syscall") === "59" || field("SYSCALL") === "execve";
  if (!isStart || parentPid === undefined || image === undefined) return undefined;
  return {
    ...common,
    kind: "start",
    pid,
    guid: field("ProcessGuid"),
    image,
    commandLine: field("CommandLine") ?? field("proctitle"),
    user: field("User") ?? field("AUID"),
    parentPid,
    parentGuid: field("ParentProcessGuid"),
    parentImage: field("ParentImage"),
  };
}

/** Written in decimal or, by Windows Security, in hexadecimal. */
export function processNumber(text: string | undefined): number | undefined {
  if (text === undefined || !/^(0x[0-9a-f]{1,8}|[0-9]{1,10})$/i.test(text)) return undefined;
  return Number(text);
}

export interface ProcessNode extends ProcessRecord {
  /** When its end was told, or its number was given to another. */
  readonly endedAt: number | undefined;
  /** Event of the parent's start, when that is known. */
  readonly parent: string | undefined;
}

/** Every start with its parent and its end. Records of one start told by two sources stay two. */
export function linkProcesses(records: readonly ProcessRecord[]): readonly ProcessNode[] {
  const ordered = records.toSorted((a, b) => a.time - b.time || (a.eventId < b.eventId ? -1 : 1));
  const starts = ordered.filter(({ kind }) => kind === "start");
  const byNumber = new Map<string, ProcessRecord[]>();
  for (const record of ordered) {
    const key = numberKey(record.host, record.pid);
    const known = byNumber.get(key);
    if (known === undefined) byNumber.set(key, [record]);
    else known.push(record);
  }
  const byGuid = new Map(starts.flatMap((one) => (one.guid === undefined ? [] : [[one.guid.toLowerCase(), one]])));
  const parentOf = (child: ProcessRecord): ProcessRecord | undefined => {
    const own = child.parentGuid === undefined ? undefined : byGuid.get(child.parentGuid.toLowerCase());
    if (own !== undefined || child.parentPid === undefined) return own;
    const same = byNumber.get(numberKey(child.host, child.parentPid)) ?? [];
    const last = same.filter(({ time, eventId }) => time <= child.time && eventId !== child.eventId).at(-1);
    // After its end a number is nobody's until it is given again.
    return last?.kind === "start" ? last : undefined;
  };
  return starts.map((start) => {
    const later = (byNumber.get(numberKey(start.host, start.pid)) ?? []).filter(({ time }) => time > start.time);
    const ended = later.find(({ kind, guid }) => kind === "start" || guid === undefined || guid === start.guid);
    return { ...start, endedAt: ended?.time, parent: parentOf(start)?.eventId };
  });
}

function numberKey(host: string, pid: number): string {
  return `${host.toLowerCase()}\0${pid}`;
}
