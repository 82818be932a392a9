/**
 * A network namespace with loopback up, no other way out and a witness: an interface that holds the default
 * route. Whatever tries to leave goes to it and is counted, so that "nothing left" is a number and not an assumption.
 */
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SELF = fileURLToPath(new URL("./run-in-namespace.ts", import.meta.url));
const WITNESS = "witness0";

/** Packets an interface has sent and tried to send. */
export interface Counters {
  readonly interface: string;
  readonly sentPackets: number;
  readonly sentBytes: number;
  readonly receivedPackets: number;
}

export interface Outcome {
  readonly code: number;
  readonly counters: readonly Counters[];
  /** The witness counts a packet that was sent on purpose before the command: it works. */
  readonly witnessed: number;
  /** Sent by anything but loopback while the command ran. */
  readonly left: number;
}

/** Whether this machine lets us make a namespace of our own. */
export function mayIsolate(): boolean {
  return (
    process.platform === "linux" &&
    spawnSync("unshare", ["--net", "--mount", "ip", "link", "add", "may0", "type", "veth", "peer", "name", "may1"], {
      stdio: "ignore",
    }).status === 0
  );
}

/** Runs a command in a namespace of its own; its output goes to ours, the counters come back. */
export function runIsolated(
  command: readonly string[],
  options: { quiet?: boolean; cwd?: string } = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn("unshare", ["--net", "--mount", process.execPath, SELF, "--inside", "--", ...command], {
      stdio: [
        "ignore",
        options.quiet === true ? "ignore" : "inherit",
        options.quiet === true ? "ignore" : "inherit",
        "pipe",
      ],
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    let told = "";
    child.stdio[3]?.on("data", (piece: Buffer) => {
      told += piece.toString("utf8");
    });
    child.once("error", reject);
    child.once("close", () => {
      try {
        resolve(JSON.parse(told) as Outcome);
      } catch {
        reject(new Error("the namespace could not be set up"));
      }
    });
  });
}

/** Inside the namespace: loopback, the witness and the route to it. Answers how many packets the witness has counted of one sent. */
export function furnish(): number {
  ip("link", "set", "lo", "up");
  // Without IPv6 on it the witness hears of programs only, not of the kernel's own neighbour discovery.
  writeFileSync("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
  ip("link", "add", WITNESS, "type", "veth", "peer", "name", `${WITNESS}b`);
  ip("link", "set", WITNESS, "arp", "off");
  ip("link", "set", `${WITNESS}b`, "up");
  ip("address", "add", "198.51.100.1/24", "dev", WITNESS);
  ip("link", "set", WITNESS, "up");
  ip("route", "add", "default", "dev", WITNESS);
  askNamesOutside();
  const before = sent(readCounters());
  const probe = 'const s=require("node:dgram").createSocket("udp4");s.send("x",9,"203.0.113.9",()=>s.close())';
  execFileSync(process.execPath, ["-e", probe]);
  return sent(readCounters()) - before;
}

/** A resolver on this machine would hide a look-up; with one outside it is a packet for the witness. */
function askNamesOutside(): void {
  const folder = mkdtempSync(join(tmpdir(), "khien-names-"));
  const file = join(folder, "resolv.conf");
  writeFileSync(file, "nameserver 203.0.113.53\n");
  execFileSync("mount", ["--bind", file, "/etc/resolv.conf"]);
  // The mount keeps what it shows.
  rmSync(folder, { recursive: true });
}

export function readCounters(): Counters[] {
  return readFileSync("/proc/self/net/dev", "utf8")
    .split("\n")
    .slice(2)
    .flatMap((line) => {
      const [name, rest] = line.split(":");
      if (name === undefined || rest === undefined) return [];
      const numbers = rest.trim().split(/\s+/u).map(Number);
      return [
        {
          interface: name.trim(),
          receivedPackets: numbers[1] ?? 0,
          sentBytes: numbers[8] ?? 0,
          sentPackets: numbers[9] ?? 0,
        },
      ];
    });
}

/** Sent by anything but loopback, and IPv6 packets for which there was no way at all. */
export function sent(counters: readonly Counters[]): number {
  const unrouted = Number(/^Ip6OutNoRoutes\s+(\d+)/mu.exec(readFileSync("/proc/self/net/snmp6", "utf8"))?.[1] ?? 0);
  return counters.filter((one) => one.interface !== "lo").reduce((sum, one) => sum + one.sentPackets, unrouted);
}

function ip(...args: readonly string[]): void {
  execFileSync(existsSync("/usr/sbin/ip") ? "/usr/sbin/ip" : "ip", args, { stdio: "ignore" });
}
