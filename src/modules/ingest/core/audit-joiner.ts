/**
 * Gathers the lines of one audit event. The kernel writes an event as several records with the same
 * `audit(time:serial)`, now and then interleaved with another event's.
 *
 * An event is handed on when EOE ends it, when PROCTITLE (its last record) came and another event's line follows,
 * when too many others are open, or at `flush`. Pure and bounded: same lines, same records.
 */
import { auditHeader } from "./formats/auditd.ts";
import { MAX_AUDIT_LINES, MAX_AUDIT_OPEN } from "./limits.ts";

export interface JoinedLines<Tag> {
  /** The event's lines in order of arrival, joined by "\n". */
  readonly raw: string;
  /** What came with the first of them: a line number, a peer. */
  readonly tag: Tag;
  readonly lines: number;
}

interface OpenEvent<Tag> {
  readonly tag: Tag;
  readonly lines: string[];
  complete: boolean;
}

/** Kernel records that come in groups (linux/audit.h 1300–1399 and 1400–1499); all others are events of one line. */
const GROUPED =
  /^(?:SYSCALL|PATH|IPC|SOCKETCALL|CONFIG_CHANGE|SOCKADDR|CWD|EXECVE|IPC_SET_PERM|MQ_|FD_PAIR|OBJ_PID|BPRM_FCAPS|CAPSET|MMAP|NETFILTER_CFG|SECCOMP|PROCTITLE|FEATURE_CHANGE|KERN_MODULE|FANOTIFY|TIME_|BPF|OPENAT2|AVC|SELINUX_|MAC_|EOE|INTEGRITY_)/;

export class AuditJoiner<Tag> {
  readonly #open = new Map<string, OpenEvent<Tag>>();

  /** Takes one line; answers what is finished by it. Undefined: the line is no audit record and stays the caller's. */
  push(line: string, tag: Tag): JoinedLines<Tag>[] | undefined {
    const header = auditHeader(line);
    if (header === undefined) return undefined;
    const key = `${header.node ?? ""} ${header.time}:${header.serial}`;
    const done = this.#finishOthers(key);
    const event = this.#open.get(key);
    if (event === undefined) {
      if (!GROUPED.test(header.type)) {
        done.push({ raw: line, tag, lines: 1 });
        return done;
      }
      this.#open.set(key, { tag, lines: [line], complete: header.type === "PROCTITLE" });
      if (this.#open.size > MAX_AUDIT_OPEN) this.#finishOldest(done);
      return done;
    }
    event.lines.push(line);
    if (header.type === "PROCTITLE") event.complete = true;
    if (header.type === "EOE" || event.lines.length >= MAX_AUDIT_LINES) this.#finish(key, event, done);
    return done;
  }

  /** Everything still open, oldest first: at the end of a file or after a pause. */
  flush(): JoinedLines<Tag>[] {
    const done: JoinedLines<Tag>[] = [];
    for (const [key, event] of this.#open) this.#finish(key, event, done);
    return done;
  }

  get pending(): number {
    return this.#open.size;
  }

  #finishOthers(key: string): JoinedLines<Tag>[] {
    const done: JoinedLines<Tag>[] = [];
    for (const [other, event] of this.#open) if (event.complete && other !== key) this.#finish(other, event, done);
    return done;
  }

  #finishOldest(done: JoinedLines<Tag>[]): void {
    for (const [key, event] of this.#open) {
      this.#finish(key, event, done);
      return;
    }
  }

  #finish(key: string, event: OpenEvent<Tag>, done: JoinedLines<Tag>[]): void {
    this.#open.delete(key);
    done.push({ raw: event.lines.join("\n"), tag: event.tag, lines: event.lines.length });
  }
}
