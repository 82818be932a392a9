/**
 * Every shortcut of the console, once: the listener binds from this table and the `?` sheet is drawn from it.
 * Only keys whose action exists are listed.
 */
export const KEY_TABLE = [
  { id: "goto.watch", keys: "g w", group: "goto", needs: "watch.read" },
  { id: "goto.alerts", keys: "g a", group: "goto", needs: "alerts.read" },
  { id: "goto.cases", keys: "g c", group: "goto", needs: "cases.read" },
  { id: "goto.hunt", keys: "g h", group: "goto", needs: "events.read" },
  { id: "goto.rules", keys: "g r", group: "goto", needs: "rules.read" },
  { id: "goto.sensors", keys: "g s", group: "goto", needs: "sensors.read" },
  { id: "goto.assets", keys: "g i", group: "goto", needs: "assets.read" },
  { id: "goto.storage", keys: "g t", group: "goto", needs: "watch.read" },
  { id: "goto.people", keys: "g p", group: "goto", needs: "people.read" },
  { id: "goto.notices", keys: "g n", group: "goto" },
  { id: "palette", keys: "Ctrl+k", group: "general" },
  { id: "sheet", keys: "?", group: "general" },
  { id: "close", keys: "Escape", group: "general" },
  { id: "next", keys: "j", group: "list" },
  { id: "previous", keys: "k", group: "list" },
  { id: "select", keys: "x", group: "list" },
  { id: "open", keys: "Enter", group: "list" },
  { id: "filter", keys: "/", group: "list" },
  { id: "pivot", keys: "o", group: "list" },
  { id: "take", keys: "a", group: "alert", needs: "alerts.write" },
  { id: "close-alert", keys: "c", group: "alert", needs: "alerts.write" },
  { id: "escalate", keys: "e", group: "alert", needs: "alerts.write" },
  { id: "snooze", keys: "s", group: "alert", needs: "alerts.write" },
  { id: "tag", keys: "t", group: "alert", needs: "alerts.write" },
  { id: "merge", keys: "m", group: "alert", needs: "alerts.write" },
  { id: "duplicate", keys: "d", group: "alert", needs: "alerts.write" },
  { id: "undo", keys: "u", group: "alert", needs: "alerts.write" },
  { id: "exception", keys: "p", group: "alert", needs: "rules.write" },
  { id: "edit", keys: "i", group: "rule", needs: "rules.write" },
  { id: "new-rule", keys: "n", group: "rule", needs: "rules.write" },
  { id: "save", keys: "Ctrl+s", group: "rule", needs: "rules.write" },
  { id: "approve", keys: "y", group: "approval", needs: "approvals.decide" },
  { id: "refuse", keys: "r", group: "approval", needs: "approvals.decide" },
  { id: "case-note", keys: "n", group: "case", needs: "cases.write" },
  { id: "case-task", keys: "T", group: "case", needs: "cases.write" },
  { id: "case-fact", keys: "+", group: "case", needs: "cases.write" },
  { id: "run", keys: "Ctrl+Enter", group: "hunt" },
  { id: "live", keys: "l", group: "hunt", needs: "events.read" },
] as const;

export type KeyId = (typeof KEY_TABLE)[number]["id"];
export const KEY_GROUPS = ["goto", "general", "list", "alert", "case", "rule", "approval", "hunt"] as const;

/** How a key is shown on this keyboard. */
export function keyLabel(keys: string): string[] {
  if (keys === "+") return [keys];
  const mac = navigator.platform.startsWith("Mac");
  return keys
    .split(/[ +]/u)
    .map((key) =>
      key === "Ctrl" && mac
        ? "⌘"
        : key === "Escape"
          ? "Esc"
          : key.length === 1 && keys.includes("+")
            ? key.toUpperCase()
            : key,
    );
}
