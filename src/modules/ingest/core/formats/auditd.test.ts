import { describe, expect, test } from "vitest";
import { parseAudit } from "./auditd.ts";

const HEAD = "msg=audit(1795000445.120:406):";

describe("who acts", () => {
  test.each([
    ["a service, for whom nobody has logged in", "pid=1 uid=0 auid=4294967295 ses=4294967295", "0"],
    ["the login user, under what name it may act now", "pid=1 uid=0 auid=1000", "1000"],
    ["the account a record is about", "pid=1 uid=0 auid=1000 msg='op=login acct=\"lan\" res=success'", "lan"],
    ["auditd's names, where it has added them", 'pid=1 uid=0 auid=1000\u001dUID="root" AUID="lan"', "lan"],
    ["its name for nobody", 'pid=1 uid=0 auid=4294967295\u001dUID="root" AUID="unset"', "root"],
    ["nobody", "auditd normal halt, sending auid=? pid=? res=success", undefined],
  ])("%s", (_, body, user) => {
    expect(parseAudit(`type=SYSCALL ${HEAD} ${body}`)?.entities.user).toBe(user);
  });
});

test("sshd's records name both ends of a session", () => {
  const line = `type=CRYPTO_SESSION ${HEAD} pid=9 uid=0 auid=4294967295 msg='op=start rport=63927 laddr=192.0.2.5 lport=22  exe="/usr/sbin/sshd" hostname=? addr=203.0.113.9 terminal=? res=success'`;
  expect(parseAudit(line)?.entities).toMatchObject({
    srcIp: "203.0.113.9",
    srcPort: 63_927,
    dstIp: "192.0.2.5",
    dstPort: 22,
  });
});

test("records as ausearch interprets them", () => {
  const line =
    "type=SYSCALL msg=audit(11/18/2026 09:14:05.120:406) : arch=x86_64 syscall=execve success=yes exit=0 auid=lan uid=root comm=id exe=/usr/bin/id key=(null)";
  expect(parseAudit(line)).toMatchObject({
    time: Date.UTC(2026, 10, 18, 9, 14, 5, 120),
    entities: { user: "lan", process: "/usr/bin/id" },
    fields: { SYSCALL: "execve", audit_serial: "406" },
  });
  expect(parseAudit("type=SYSCALL msg=audit(18/11/26 09:14:05.1:4) : arch=x86_64")?.time).toBeNaN();
});

test("what was done may be several words", () => {
  const op = (body: string) => parseAudit(`type=ADD_USER ${HEAD} pid=9 msg='${body}'`)?.fields["op"];
  expect(op('op=adding user to shadow group acct="lan" exe="/usr/sbin/usermod"')).toBe("adding user to shadow group");
  expect(op('op=adding group to /etc/gshadow id=1004 exe="/usr/sbin/groupadd"')).toBe("adding group to /etc/gshadow");
  expect(op("op=PAM:session_open grantors=pam_unix res=success")).toBe("PAM:session_open");
  expect(op("op=login res=success")).toBe("login");
  expect(op(`op=x ${"y ".repeat(2_000)} z=1`)).toBe("x");
});
