import { spawnSync } from "node:child_process";
import type { Step } from "./steps.ts";

/**
 * `both`: any packet without a route fails the run. `v4`: the same with IPv6 switched off in the namespace, because
 * Chromium asks the kernel now and then whether IPv6 leads anywhere, and no flag keeps it from that.
 */
type Families = "both" | "v4";

/**
 * Runs a step in a network namespace that has a loopback and no route: what is not on this machine cannot be reached,
 * and every try is counted by the kernel. Needs root, unshare and ip; elsewhere the step runs as it is, and says so.
 */
export function withoutNetwork(step: Step, families: Families): Step {
  if (!canIsolate()) {
    process.stderr.write(`… ${step.name}: with network (isolation needs Linux, root, unshare and ip)\n`);
    return step;
  }
  return {
    ...step,
    program: "unshare",
    command: ["--net", process.execPath, "scripts/offline.ts", families, ...step.command],
  };
}

function canIsolate(): boolean {
  return (
    process.getuid?.() === 0 &&
    spawnSync("unshare", ["--net", "ip", "link", "set", "lo", "up"], { stdio: "ignore" }).status === 0
  );
}
