/**
 * What well-known programs say in their syslog message. Names written here are ours (`action`, `user`, `src_ip` …):
 * these programs have no fields of their own. User names are attacker's text, so patterns take the last " from ",
 * never the first: `ssh 'root from 10.0.0.1 port 22'@host` must not forge an address.
 */
import type { OpenEntities, OpenFields } from "../parsed.ts";
import { portNumber } from "../parsed.ts";

/** Only this much of a message is read for fields; all of it is kept. */
const MAX_READ = 8_192;

interface Pattern {
  readonly action: string;
  readonly pattern: RegExp;
}

const SSHD: readonly Pattern[] = [
  {
    action: "accepted",
    pattern:
      /^Accepted (?<method>\S+) for (?<user>.*) from (?<src_ip>\S+) port (?<src_port>\d+)(?: ssh2)?(?:: (?<key>.*))?$/,
  },
  {
    action: "failed",
    pattern:
      /^(?:message repeated \d+ times: \[ )?Failed (?<method>\S+) for (?<invalid>invalid user )?(?<user>.*) from (?<src_ip>\S+) port (?<src_port>\d+)/,
  },
  {
    action: "invalid_user",
    pattern: /^(?:Invalid|Illegal) user (?<user>.*) from (?<src_ip>\S+?)(?: port (?<src_port>\d+))?$/,
  },
  {
    action: "not_allowed",
    pattern: /^User (?<user>.*) from (?<src_ip>\S+) not allowed because (?<reason>.*)$/,
  },
  {
    action: "too_many_failures",
    pattern:
      /^(?:error: )?maximum authentication attempts exceeded for (?<invalid>invalid user )?(?<user>.*) from (?<src_ip>\S+) port (?<src_port>\d+)/,
  },
  {
    action: "disconnected",
    pattern:
      /^(?:Disconnected from|Connection (?:closed|reset) by|Disconnecting)(?: (?<state>invalid|authenticating) user (?<user>.*?))?(?: user (?<user2>\S+))? (?<src_ip>[0-9a-fA-F.:]+) port (?<src_port>\d+)/,
  },
  {
    action: "disconnected",
    pattern: /^Received disconnect from (?<src_ip>\S+?)(?: port (?<src_port>\d+))?:(?<reason>.*)$/,
  },
  { action: "disconnected", pattern: /^(?:Connection closed by|Connection reset by) (?<src_ip>\S+)(?: \[preauth\])?$/ },
  {
    action: "pam_failure",
    pattern:
      /^(?:pam_\w+\([^)]*\): )?(?:authentication failure|check pass).*?(?: rhost=(?<src_ip>\S*))?(?: {1,2}user=(?<user>\S+))?$/,
  },
  {
    action: "pam_failure",
    pattern: /^PAM \d+ more authentication failures?;.* rhost=(?<src_ip>\S*)(?: {1,2}user=(?<user>\S+))?$/,
  },
  { action: "session_opened", pattern: /^pam_unix\(sshd:session\): session opened for user (?<user>[^\s(]+)/ },
  { action: "session_closed", pattern: /^pam_unix\(sshd:session\): session closed for user (?<user>\S+)/ },
  {
    action: "reverse_mapping_failed",
    pattern: /^reverse mapping checking getaddrinfo for (?<domain>\S+) \[(?<src_ip>[^\]]+)\] failed/,
  },
  {
    action: "no_identification",
    pattern: /^Did not receive identification string from (?<src_ip>\S+)(?: port (?<src_port>\d+))?/,
  },
  {
    action: "bad_protocol",
    pattern:
      /^(?:error: )?(?:Bad protocol version identification|kex_exchange_identification:|Unable to negotiate with|banner exchange: Connection from).*?(?: (?<src_ip>[0-9a-fA-F.:]{7,45}) port (?<src_port>\d+).*)?$/,
  },
  {
    action: "timeout",
    pattern: /^(?:fatal: )?Timeout before authentication for (?<src_ip>\S+)(?: port (?<src_port>\d+))?/,
  },
  { action: "refused", pattern: /^refused connect from (?:\S+ )?\(?(?<src_ip>[^\s)]+)\)?/ },
  { action: "connection", pattern: /^Connection from (?<src_ip>\S+) port (?<src_port>\d+)/ },
];

const SUDO: readonly Pattern[] = [
  {
    action: "command",
    pattern:
      /^\s*(?<user>\S+) : (?:(?<reason>[^;=]+) ; )?(?:HOST=\S+ ; )?TTY=(?<tty>\S+) ; PWD=(?<pwd>.*?) ; USER=(?<target_user>\S+) ;(?: GROUP=\S+ ;)?(?: ENV=.*? ;)? COMMAND=(?<command>.*)$/s,
  },
  {
    action: "session_opened",
    pattern:
      /^pam_unix\(sudo:session\): session opened for user (?<target_user>[^\s(]+)(?:\(uid=\d+\))? by (?<user>[^\s(]*)/,
  },
  { action: "session_closed", pattern: /^pam_unix\(sudo:session\): session closed for user (?<target_user>\S+)/ },
  { action: "pam_failure", pattern: /^pam_\w+\(sudo:auth\): authentication failure;.*? user=(?<user>\S+)\s*$/ },
];

const CRON: readonly Pattern[] = [
  { action: "command", pattern: /^\((?<user>[^)]+)\) CMD \((?<command>.*)\)\s*$/s },
  { action: "crontab", pattern: /^\((?<user>[^)]+)\) (?<operation>[A-Z][A-Z ]+[A-Z]) \((?<target_user>[^)]*)\)/ },
  { action: "session_opened", pattern: /session opened for user (?<user>[^\s(]+)/ },
  { action: "session_closed", pattern: /session closed for user (?<user>\S+)/ },
];

const AUTH: readonly Pattern[] = [
  { action: "su", pattern: /^\(to (?<target_user>\S+)\) (?<user>\S+) on (?<tty>\S+)/ },
  { action: "su", pattern: /^(?<result>Successful|FAILED) su for (?<target_user>\S+) by (?<user>\S+)/ },
  { action: "user_added", pattern: /^new user: name=(?<user>[^,]+), UID=(?<uid>\d+), GID=(?<gid>\d+)/ },
  { action: "group_added", pattern: /^new group: name=(?<group>[^,]+)/ },
  { action: "user_deleted", pattern: /^delete user '(?<user>[^']+)'/ },
  { action: "password_changed", pattern: /password changed for (?<user>\S+)/ },
  { action: "session_opened", pattern: /session opened for user (?<user>[^\s(]+)/ },
  { action: "session_closed", pattern: /session closed for user (?<user>\S+)/ },
  { action: "pam_failure", pattern: /authentication failure;.*? rhost=(?<src_ip>\S*)(?: {1,2}user=(?<user>\S+))?/ },
  { action: "session_opened", pattern: /^New session (?<session>\S+) of user (?<user>\S+?)\.$/ },
];

interface Program {
  readonly service: string;
  readonly patterns: readonly Pattern[];
}

const PROGRAMS: ReadonlyMap<string, Program> = new Map<string, Program>([
  ["sshd", { service: "sshd", patterns: SSHD }],
  ["sshd-session", { service: "sshd", patterns: SSHD }],
  ["sshd-auth", { service: "sshd", patterns: SSHD }],
  ["sudo", { service: "sudo", patterns: SUDO }],
  ...["cron", "crond", "anacron", "crontab", "fcron", "atd"].map(
    (name) => [name, { service: "cron", patterns: CRON }] as const,
  ),
  ...[
    "su",
    "login",
    "systemd-logind",
    "useradd",
    "userdel",
    "usermod",
    "groupadd",
    "passwd",
    "chpasswd",
    "gdm-password",
    "polkitd",
    "pkexec",
    "pam",
  ].map((name) => [name, { service: "auth", patterns: AUTH }] as const),
  ["clamd", { service: "clamav", patterns: [] }],
  ["freshclam", { service: "clamav", patterns: [] }],
  ["clamav", { service: "clamav", patterns: [] }],
  ["vsftpd", { service: "vsftpd", patterns: AUTH }],
  ["guacd", { service: "guacamole", patterns: [] }],
]);

/** The known program behind a tag: `/usr/sbin/cron`, `sshd(pam_unix)` and `CRON` are written by real systems. */
function programOf(tag: string): Program | undefined {
  const base = tag.slice(tag.lastIndexOf("/") + 1).toLowerCase();
  const paren = base.indexOf("(");
  return PROGRAMS.get(paren > 0 ? base.slice(0, paren) : base);
}

/** Reads the message's fields; answers Sigma's service name ("syslog" when the program is not one of these). */
export function readProgram(tag: string | undefined, message: string, fields: OpenFields): string {
  const program = tag === undefined ? undefined : programOf(tag);
  if (program === undefined) return "syslog";
  const text = message.slice(0, MAX_READ);
  for (const { action, pattern } of program.patterns) {
    const groups = pattern.exec(text)?.groups;
    if (groups === undefined) continue;
    fields["action"] = action;
    for (const name in groups) {
      const value = groups[name];
      if (value !== undefined && value !== "") fields[name === "user2" ? "user" : name] = value.trim();
    }
    break;
  }
  return program.service;
}

export function programEntities(fields: OpenFields): OpenEntities {
  const value = (name: string): string | undefined => {
    const field = fields[name];
    return typeof field === "string" && field !== "" ? field : undefined;
  };
  return {
    user: value("user"),
    process: value("program"),
    commandLine: value("command"),
    srcIp: addressOf(value("src_ip")),
    srcPort: portNumber(fields["src_port"]),
    domain: value("domain") ?? nameOf(value("src_ip")),
  };
}

/** sshd with UseDNS writes a name where the address should be. */
function addressOf(peer: string | undefined): string | undefined {
  if (peer === undefined) return undefined;
  const plain = peer.startsWith("::ffff:") ? peer.slice(7) : peer;
  return /^[0-9.]+$|:/.test(plain) ? plain : undefined;
}

function nameOf(peer: string | undefined): string | undefined {
  return peer !== undefined && addressOf(peer) === undefined && peer !== "UNKNOWN" ? peer : undefined;
}
