import type { Urgency } from "../../platform/notices/index.ts";

/** Every kind of notice and how much it presses. Texts: notice.kind.<kind>. */
export const NOTICE_KINDS = {
  "alerts.critical": "critical",
  "alerts.assigned": "normal",
  "alerts.mentioned": "normal",
  "cases.told": "normal",
  "cases.mentioned": "normal",
  "cases.task_assigned": "normal",
  "approvals.opened": "high",
  "approvals.decided": "normal",
  "access.break_glass": "critical",
  "sensors.silent": "high",
  "intake.refused": "critical",
  "people.handover": "normal",
  "people.escalation": "critical",
} as const satisfies Readonly<Record<string, Urgency>>;
export type NoticeKind = keyof typeof NOTICE_KINDS;

/** What concerns the installation, and so may be told to a channel many read. */
const TEAM_KINDS = [
  "alerts.critical",
  "access.break_glass",
  "sensors.silent",
  "intake.refused",
] as const satisfies readonly NoticeKind[];

export const teamKinds: ReadonlyMap<string, Urgency> = new Map(TEAM_KINDS.map((kind) => [kind, NOTICE_KINDS[kind]]));
export const noticeKinds: ReadonlyMap<string, Urgency> = new Map(Object.entries(NOTICE_KINDS));
