/** A queue of any size, made the way alerts are made: findings that are absorbed. */
import { createHash } from "node:crypto";
import type { EventId, ExerciseId, FindingId, Severity } from "../src/kernel/index.ts";
import type { Alerts } from "../src/modules/alerts/index.ts";
import type { Finding, FindingsRaised, RuleCredit } from "../src/modules/detection/index.ts";

const LEVELS: readonly Severity[] = ["informational", "low", "medium", "high", "critical"];
const RULES = 200;
const BATCH = 500;
const VERBS = ["Tạo tài khoản", "Xoá nhật ký", "Ghi Modbus", "PowerShell lạ", "Đăng nhập ngoài giờ", "Quét cổng"];

export interface QueueLoad {
  readonly findings: number;
  readonly groups: number;
  readonly now: number;
  /** So that a second load does not repeat the first. */
  readonly salt?: string;
  readonly firstSeq?: number;
}

/** Every group is one rule on one host; findings go round the groups. Returns the number of pieces of news. */
export async function fillQueue(alerts: Alerts, load: QueueLoad): Promise<number> {
  let seq = load.firstSeq ?? 1;
  for (let start = 0; start < load.findings; start += BATCH) {
    const count = Math.min(BATCH, load.findings - start);
    await alerts.absorb(raisedOf(load, start, count), seq);
    seq += 1;
  }
  return seq;
}

function raisedOf(load: QueueLoad, start: number, count: number): FindingsRaised {
  const rules: Record<string, RuleCredit> = {};
  const findings: Finding[] = [];
  for (let n = start; n < start + count; n += 1) {
    const group = n % load.groups;
    const rule = ruleOf(group % RULES);
    rules[rule.id] = rule;
    findings.push(findingOf(load, { n, group, ruleId: rule.id }));
  }
  return { rules, findings };
}

function ruleOf(n: number): RuleCredit {
  const verb = VERBS[n % VERBS.length] ?? "";
  return {
    id: `rule-${n}`,
    title: `Suspicious activity no. ${n}`,
    titleVi: `${verb} (${n})`,
    level: LEVELS[n % LEVELS.length] ?? "medium",
    author: "Khiên",
    licence: "Apache-2.0",
    tags: ["attack.t1059", "attack.execution"],
  };
}

function findingOf(load: QueueLoad, at: { n: number; group: number; ruleId: string }): Finding {
  const digest = createHash("sha256")
    .update(`${load.salt ?? ""}${at.n}`)
    .digest("hex")
    .slice(0, 32);
  const time = load.now - ((at.n * 37_003) % 86_400_000);
  return {
    id: digest as FindingId,
    ruleId: at.ruleId,
    ruleVersion: "1",
    detectedAt: load.now,
    event: {
      id: digest as EventId,
      time,
      sensor: `sensor-${at.n % 20}`,
      host: `may-tram-${String(Math.floor(at.group / RULES)).padStart(4, "0")}.songlam.vn`,
      entities: { user: `nhanvien.${at.n % 300}`, srcIp: `10.${at.n % 7}.${at.n % 251}.${at.group % 250}` },
      ...(at.group % 1_000 === 999 ? { exerciseId: "dien-tap-01" as ExerciseId } : {}),
    },
  };
}
