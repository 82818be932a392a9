import type { Alert, AlertAction, User } from "../../api/types.ts";

/** What the row will look like when the server agrees. */
export function foreseen(alert: Alert, action: AlertAction, me: Pick<User, "id" | "displayName">): Alert {
  const mine = { id: me.id, name: me.displayName };
  const held = alert.status === "escalated" ? "escalated" : "taken";
  switch (action.action) {
    case "take":
      return { ...alert, status: held, assignee: mine, snoozedUntil: null };
    case "release":
      return { ...alert, status: "open", assignee: null };
    case "assign":
      return { ...alert, status: held, assignee: { id: action.assignee, name: "…" }, snoozedUntil: null };
    case "escalate":
      return { ...alert, status: "escalated", snoozedUntil: null };
    case "close":
      return {
        ...alert,
        status: "closed",
        closeReason: action.reason,
        duplicateOf: action.duplicateOf ?? null,
        due: null,
      };
    case "reopen":
    case "reject":
      return {
        ...alert,
        status: alert.proposedBy === null ? "open" : "taken",
        closeReason: null,
        proposedBy: null,
        duplicateOf: null,
      };
    case "note":
      return { ...alert, noteCount: alert.noteCount + 1 };
    case "snooze":
      return { ...alert, snoozedUntil: action.until, due: null };
    case "wake":
      return { ...alert, snoozedUntil: null };
    case "tag": {
      const kept = alert.tags.filter((tag) => !action.remove.includes(tag));
      return { ...alert, tags: [...new Set([...kept, ...action.add])].toSorted() };
    }
    case "judge":
      return { ...alert, verdict: action.verdict };
    case "contain":
      return { ...alert, contained: true };
    case "resolve":
      return { ...alert, resolved: true };
    case "confirm":
      return { ...alert, proposedBy: null };
    case "unmerge":
      return { ...alert, status: "open", mergedInto: null };
  }
}
