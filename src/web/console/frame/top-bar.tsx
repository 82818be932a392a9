import { useLocation } from "@tanstack/react-router";
import { Button, IconButton } from "../../kit/button.tsx";
import { Icon } from "../../kit/icon.tsx";
import { useFormat } from "../../kit/i18n/format.ts";
import { useLanguage, useText } from "../../kit/i18n/text.tsx";
import { Menu, MenuItem, MenuLabel, MenuLine } from "../../kit/menu.tsx";
import { useNow } from "../../kit/when.tsx";
import { useSession, useSessionActions } from "../api/session.ts";
import { keyLabel } from "../keys/table.ts";
import { useLiveState } from "../live/live.tsx";
import { useRoleName } from "../screens/settings/role-words.ts";
import { NoticeBell } from "./notice-bell.tsx";
import {
  ALERT_TABS,
  ASSET_TABS,
  HUNT_TABS,
  INVESTIGATIONS,
  OWN_PAGES,
  PEOPLE_TABS,
  PLACES,
  RULE_TABS,
  SENSOR_TABS,
  SETTINGS,
  STORAGE_TABS,
} from "./places.ts";

/** The place itself, or a page under it. */
function isAt(to: string, path: string): boolean {
  return path === to || path.startsWith(`${to}/`);
}

function useCrumbs(): string[] {
  const t = useText();
  const path = useLocation({ select: (location) => location.pathname });
  const view = INVESTIGATIONS.find((each) => path.startsWith(each.under));
  if (view !== undefined) return [t("place.hunt"), t(`place.${view.id}`)];
  const own = OWN_PAGES.find((each) => isAt(each.to, path));
  if (own !== undefined) return [t(`place.${own.id}`)];
  const place = PLACES.find((each) => path.startsWith(`/${each.to.split("/")[1]}`));
  if (place === undefined) return [];
  if (place.id === "rules" && path === "/rules/new") return [t("place.rules"), t("place.rule_new")];
  if (place.id === "rules" && path.endsWith("/edit")) return [t("place.rules"), t("place.rule_edit")];
  if (place.id === "assets" && /\/assess(?:$|ments\/)/u.test(path)) return [t("place.assets"), t("place.assess")];
  const inner = [
    ...SETTINGS,
    ...RULE_TABS,
    ...SENSOR_TABS,
    ...ASSET_TABS,
    ...STORAGE_TABS,
    ...HUNT_TABS,
    ...ALERT_TABS,
    ...PEOPLE_TABS,
  ].find((each) => isAt(each.to, path) && each.id !== place.id);
  return [t(`place.${place.id}`), ...(inner === undefined ? [] : [t(`place.${inner.id}`)])];
}

function LiveMark() {
  const t = useText();
  const format = useFormat();
  const { connected, lostAt } = useLiveState();
  useNow();
  if (connected || lostAt === undefined) return null;
  return (
    <span className="live-lost" role="status" data-testid="live-lost">
      {t("live.lost", { d: format.duration((Date.now() - lostAt) / 1000) })}
    </span>
  );
}

const THEMES = ["system", "light", "dark"] as const;

function PersonMenu({ onSheet }: { onSheet: () => void }) {
  const t = useText();
  const language = useLanguage();
  const { user } = useSession();
  const roleName = useRoleName();
  const { changeProfile, signOut } = useSessionActions();
  return (
    <Menu
      align="end"
      trigger={
        <Button
          kind="plain"
          className="person"
          aria-label={t("frame.person", { name: user.displayName })}
          data-testid="person-menu"
        >
          <Icon name="person" />
          <span className="truncate person-name">{user.displayName}</span>
        </Button>
      }
    >
      <MenuLabel>
        {user.displayName} · {roleName(user.role, user.roleName)}
      </MenuLabel>
      <MenuLine />
      <MenuLabel>{t("profile.theme")}</MenuLabel>
      {THEMES.map((theme) => (
        <MenuItem
          key={theme}
          icon={user.theme === theme ? "check" : "right"}
          onSelect={() => void changeProfile({ theme })}
          testId={`theme-${theme}`}
        >
          {t(`theme.${theme}`)}
        </MenuItem>
      ))}
      <MenuLine />
      <MenuItem icon="key" onSelect={onSheet}>
        {t("keys.title")}
      </MenuItem>
      <MenuItem icon="link" onSelect={() => void changeProfile({ language: language === "vi" ? "en" : "vi" })}>
        {t("frame.other_language")}
      </MenuItem>
      <MenuLine />
      <MenuItem icon="out" onSelect={() => void signOut()} testId="sign-out">
        {t("action.sign_out")}
      </MenuItem>
    </Menu>
  );
}

export function TopBar({ onPalette, onSheet }: { onPalette: () => void; onSheet: () => void }) {
  const t = useText();
  const language = useLanguage();
  const crumbs = useCrumbs();
  const { changeProfile } = useSessionActions();
  const { user } = useSession();
  const dark = user.theme === "dark" || (user.theme === "system" && matchMedia("(prefers-color-scheme: dark)").matches);
  return (
    <header className="top-bar">
      <nav aria-label={t("frame.breadcrumb")} className="crumbs">
        <ol>
          {crumbs.map((crumb, index) => (
            <li key={crumb} aria-current={index === crumbs.length - 1 ? "page" : undefined}>
              {crumb}
            </li>
          ))}
        </ol>
      </nav>
      <LiveMark />
      <button
        type="button"
        className="palette-button"
        onClick={onPalette}
        data-testid="palette-button"
        aria-label={t("palette.title")}
      >
        <Icon name="hunt" />
        <span className="grow">{t("palette.button")}</span>
        <kbd aria-hidden="true">{keyLabel("Ctrl+k").join(" ")}</kbd>
      </button>
      <NoticeBell />
      <Button
        kind="plain"
        data-testid="language-switch"
        aria-label={t("frame.other_language")}
        title={t("frame.other_language")}
        onClick={() => void changeProfile({ language: language === "vi" ? "en" : "vi" })}
      >
        {t("frame.language_mark")}
      </Button>
      <IconButton
        icon={dark ? "sun" : "moon"}
        data-testid="theme-switch"
        label={dark ? t("frame.to_light") : t("frame.to_dark")}
        onClick={() => void changeProfile({ theme: dark ? "light" : "dark" })}
      />
      <PersonMenu onSheet={onSheet} />
    </header>
  );
}
