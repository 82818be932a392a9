import type { IconName } from "../../kit/icon.tsx";

/** The rail lists only what exists; the role decides which of it is shown. */
export const PLACES = [
  { id: "watch", to: "/watch", icon: "watch", needs: "watch.read", group: "shift" },
  { id: "alerts", to: "/alerts", icon: "alerts", needs: "alerts.read", group: "shift" },
  { id: "cases", to: "/cases", icon: "cases", needs: "cases.read", group: "shift" },
  { id: "hunt", to: "/hunt", icon: "hunt", needs: "events.read", group: "shift" },
  { id: "rules", to: "/rules", icon: "rules", needs: "rules.read", group: "knowledge" },
  { id: "sensors", to: "/sensors", icon: "sensors", needs: "sensors.read", group: "knowledge" },
  { id: "assets", to: "/systems", icon: "assets", needs: "assets.read", group: "knowledge" },
  { id: "people", to: "/people", icon: "people", needs: "people.read", group: "governance" },
  { id: "storage", to: "/storage", icon: "storage", needs: "watch.read", group: "governance" },
  { id: "settings", to: "/settings/profile", icon: "settings", needs: undefined, group: "governance" },
] as const satisfies readonly { id: string; to: string; icon: IconName; needs: string | undefined; group: string }[];

export const SETTINGS = [
  { id: "profile", to: "/settings/profile", needs: undefined },
  { id: "notice_rules", to: "/settings/notices", needs: undefined },
  { id: "security", to: "/settings/security", needs: undefined },
  { id: "users", to: "/settings/users", needs: "users.admin" },
  { id: "roles", to: "/settings/roles", needs: "users.admin" },
  { id: "policy", to: "/settings/policy", needs: "users.admin" },
  { id: "approvals", to: "/settings/approvals", needs: "approvals.decide" },
  { id: "tokens", to: "/settings/tokens", needs: "tokens.admin" },
  { id: "service_accounts", to: "/settings/service-accounts", needs: "tokens.admin" },
  { id: "destinations", to: "/settings/destinations", needs: "users.admin" },
  { id: "audit", to: "/settings/audit", needs: "audit.read" },
] as const;

export const RULE_TABS = [
  { id: "rules", to: "/rules" },
  { id: "attack", to: "/rules/attack" },
  { id: "retro_hunts", to: "/rules/retro-hunts" },
  { id: "coverage", to: "/rules/coverage" },
  { id: "imports", to: "/rules/imports" },
] as const;

export const SENSOR_TABS = [
  { id: "sensors", to: "/sensors" },
  { id: "connect", to: "/sensors/connect" },
  { id: "parsers", to: "/sensors/parsers" },
] as const;

export const ASSET_TABS = [
  { id: "assets", to: "/systems" },
  { id: "seen", to: "/systems/seen" },
] as const;

export const ALERT_TABS = [
  { id: "alerts", to: "/alerts" },
  { id: "alert_figures", to: "/alerts/figures" },
] as const;

export const STORAGE_TABS = [
  { id: "storage", to: "/storage" },
  { id: "retention", to: "/storage/retention" },
  { id: "holds", to: "/storage/holds" },
] as const;

export const PEOPLE_TABS = [
  { id: "people", to: "/people" },
  { id: "shifts", to: "/people/shifts" },
  { id: "escalations", to: "/people/escalations" },
  { id: "handovers", to: "/people/handovers" },
] as const;

export const HUNT_TABS = [
  { id: "hunt", to: "/hunt" },
  { id: "saved_hunts", to: "/hunt/saved" },
  { id: "notebooks", to: "/hunt/notebooks" },
] as const;

/** Pages of the person, reached from the top bar. */
export const OWN_PAGES = [{ id: "notices", to: "/notices" }] as const;

/** Pages that other pages lead to; they stand under hunting. */
export const INVESTIGATIONS = [
  { id: "notebooks", under: "/hunt/notebooks/" },
  { id: "entity", under: "/entities/" },
  { id: "process_tree", under: "/process-tree" },
  { id: "sessions", under: "/sessions" },
] as const;
