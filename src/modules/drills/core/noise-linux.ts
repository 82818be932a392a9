/** The Linux hosts: time jobs, the colleagues who run them, and a stray stranger at the door. */
import type { NoiseContext, NoiseWriter } from "./noise-context.ts";
import type { NoiseKind } from "./scenario.ts";

type LinuxKind = Extract<NoiseKind, "cron" | "ssh" | "sudo" | "auditProgram">;

const STAFF_UID = 1_000;

export function linuxNoise({ scenario, writers: { linux } }: NoiseContext): Record<LinuxKind, NoiseWriter> {
  const hosts = scenario.hosts.filter(({ role }) => role === "linux");
  const desks = scenario.hosts.filter(({ role }) => role === "workstation").map(({ address }) => address);
  const { noise, staff } = scenario;
  return {
    cron: (time, random) => {
      const { user, command } = random.pick(noise.cron);
      return linux.syslog(random.pick(hosts), time, { program: "CRON", message: `(${user}) CMD (${command})` });
    },
    ssh: (time, random) => {
      const [user, from, port] = [random.pick(staff), random.pick(desks), random.between(49_152, 65_535)];
      const message = random.pick([
        `Accepted publickey for ${user} from ${from} port ${port} ssh2: ED25519 SHA256:${random.hex(43)}`,
        `pam_unix(sshd:session): session opened for user ${user}(uid=${STAFF_UID}) by (uid=0)`,
        `pam_unix(sshd:session): session closed for user ${user}`,
        `Disconnected from user ${user} ${from} port ${port}`,
        `Invalid user admin from ${random.pick(noise.outside)} port ${port}`,
      ]);
      return linux.syslog(random.pick(hosts), time, { program: "sshd", message });
    },
    sudo: (time, random) => {
      const user = random.pick(staff);
      const message = ` ${user} : TTY=pts/0 ; PWD=/home/${user} ; USER=root ; COMMAND=${random.pick(noise.sudo)}`;
      return linux.syslog(random.pick(hosts), time, { program: "sudo", message });
    },
    auditProgram: (time, random) =>
      linux.program(random.pick(hosts), time, random.pick(noise.audited), { uid: STAFF_UID, auid: STAFF_UID }),
  };
}
