import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

/**
 * Inside a fresh network namespace (see isolation.ts): opens the loopback, runs the command, and tells how many packets
 * found no way out: one is a failure. With `v4` there is no IPv6 at all (see isolation.ts).
 */
const [families, ...command] = process.argv.slice(2);
if (families === "v4") writeFileSync("/proc/sys/net/ipv6/conf/all/disable_ipv6", "1");
const loopback = spawnSync("ip", ["link", "set", "lo", "up"], { stdio: "inherit" });
if (loopback.status !== 0) process.exit(1);

const before = packetsWithoutRoute();
const { status } = spawnSync(process.execPath, command, { stdio: "inherit" });
const tried = packetsWithoutRoute() - before;
console.log(`no route out of this run; packets that tried: ${tried}`);
process.exitCode = status ?? 1;
if (tried > 0) {
  console.log("something tried to reach the network without being told to");
  process.exitCode = 1;
}

/** The kernel's own count for this namespace, both address families. */
function packetsWithoutRoute(): number {
  const [names = "", values = ""] = readFileSync("/proc/net/snmp", "utf8")
    .split("\n")
    .filter((line) => line.startsWith("Ip:"));
  const v4 = Number(values.split(" ")[names.split(" ").indexOf("OutNoRoutes")]);
  const v6 = Number(/^Ip6OutNoRoutes\s+(\d+)/mu.exec(readFileSync("/proc/net/snmp6", "utf8"))?.[1] ?? 0);
  return v4 + v6;
}
