import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useDeferredValue, useEffect, useId, useState } from "react";
import { Dialog } from "../../kit/dialog.tsx";
import { Icon, type IconName } from "../../kit/icon.tsx";
import { useLanguage, useText } from "../../kit/i18n/text.tsx";
import { RawText, SafeText } from "../../kit/raw-text.tsx";
import { SeverityMark } from "../../kit/severity.tsx";
import { api } from "../api/client.ts";
import { useMay, useSessionActions } from "../api/session.ts";
import type { RulePage } from "../api/rule-types.ts";
import type { AlertPage, Severity } from "../api/types.ts";
import {
  ALERT_TABS,
  ASSET_TABS,
  HUNT_TABS,
  OWN_PAGES,
  PEOPLE_TABS,
  PLACES,
  RULE_TABS,
  SENSOR_TABS,
  SETTINGS,
  STORAGE_TABS,
} from "./places.ts";

interface Entry {
  readonly id: string;
  readonly group: "screens" | "actions" | "alerts" | "rules";
  readonly label: string;
  readonly detail?: string;
  readonly icon?: IconName;
  readonly level?: Severity;
  readonly run: () => void;
}

const MIN_SEARCH = 2;
const FOUND = 6;

function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/gu, "d").toLowerCase();
}

function useFixedEntries(onSheet: () => void): Entry[] {
  const t = useText();
  const may = useMay();
  const language = useLanguage();
  const navigate = useNavigate();
  const { changeProfile, signOut } = useSessionActions();
  const screens = [
    ...PLACES,
    ...HUNT_TABS,
    ...RULE_TABS,
    ...SENSOR_TABS,
    ...ASSET_TABS,
    ...STORAGE_TABS,
    ...PEOPLE_TABS,
    ...OWN_PAGES,
    ...ALERT_TABS,
    ...SETTINGS,
  ].filter((place, index, all) => all.findIndex((each) => each.to === place.to) === index);
  return [
    ...screens
      .filter((place) => !("needs" in place) || place.needs === undefined || may(place.needs))
      .map((place): Entry => {
        const icon: IconName = "icon" in place ? place.icon : "right";
        return {
          id: place.to,
          group: "screens",
          label: t(`place.${place.id}`),
          icon,
          run: () => void navigate({ to: place.to, search: {} }),
        };
      }),
    {
      id: "mine",
      group: "actions",
      label: t("palette.my_alerts"),
      icon: "person",
      run: () => void navigate({ to: "/alerts", search: { assignee: "me" } }),
    },
    ...(may("rules.write")
      ? [
          {
            id: "new-rule",
            group: "actions" as const,
            label: t("rule.new"),
            icon: "plus" as const,
            run: () => void navigate({ to: "/rules/new", search: {} }),
          },
        ]
      : []),
    {
      id: "dark",
      group: "actions",
      label: t("frame.to_dark"),
      icon: "moon",
      run: () => void changeProfile({ theme: "dark" }),
    },
    {
      id: "light",
      group: "actions",
      label: t("frame.to_light"),
      icon: "sun",
      run: () => void changeProfile({ theme: "light" }),
    },
    {
      id: "language",
      group: "actions",
      label: t("frame.other_language"),
      icon: "link",
      run: () => void changeProfile({ language: language === "vi" ? "en" : "vi" }),
    },
    { id: "sheet", group: "actions", label: t("keys.title"), icon: "key", run: onSheet },
    { id: "out", group: "actions", label: t("action.sign_out"), icon: "out", run: () => void signOut() },
  ];
}

/** `isSearching`: what is found is not, or not all, about this text yet. */
function useFound(text: string): { readonly found: Entry[]; readonly isSearching: boolean } {
  const may = useMay();
  const language = useLanguage();
  const navigate = useNavigate();
  const wanted = text.trim();
  const q = useDeferredValue(wanted);
  const long = q.length >= MIN_SEARCH;
  const alerts = useQuery({
    queryKey: ["palette", "alerts", q],
    queryFn: ({ signal }) => api.get<AlertPage>("/alerts", { q, limit: FOUND }, signal),
    enabled: long && may("alerts.read"),
  });
  const rules = useQuery({
    queryKey: ["palette", "rules", q],
    queryFn: ({ signal }) => api.get<RulePage>("/rules", { q, limit: FOUND }, signal),
    enabled: long && may("rules.read"),
  });
  // Who types fast may be done before the first letters are looked for.
  if (!long) return { found: [], isSearching: wanted.length >= MIN_SEARCH };
  const title = (rule: { title: string; titleVi: string | null }) =>
    language === "vi" ? (rule.titleVi ?? rule.title) : rule.title;
  const found = [
    ...(alerts.data?.items ?? []).map(
      (alert): Entry => ({
        id: `alert-${alert.id}`,
        group: "alerts",
        label: title(alert.rule),
        detail: alert.entity.value,
        level: alert.rule.level,
        run: () => void navigate({ to: "/alerts", search: { q, status: "all", alert: alert.id } }),
      }),
    ),
    ...(rules.data?.items ?? []).map(
      (rule): Entry => ({
        id: `rule-${rule.id}`,
        group: "rules",
        label: title(rule),
        level: rule.level,
        run: () => void navigate({ to: "/rules/$id", params: { id: rule.id }, search: {} }),
      }),
    ),
  ];
  return { found, isSearching: q !== wanted || alerts.isLoading || rules.isLoading };
}

/** Who types fast and presses Enter means what will be found, not what stands there for the moment. */
function useHastyEnter(text: string, isSearching: boolean, first: () => void) {
  const [awaited, setAwaited] = useState<string>();
  useEffect(() => {
    if (awaited === undefined) return;
    if (awaited !== text) setAwaited(undefined);
    else if (!isSearching) {
      setAwaited(undefined);
      first();
    }
  }, [awaited, text, isSearching, first]);
  return () => setAwaited(text);
}

export function Palette({ onClose, onSheet }: { onClose: () => void; onSheet: () => void }) {
  const t = useText();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const listId = useId();
  const wanted = fold(text.trim());
  const fixed = useFixedEntries(onSheet).filter((entry) => wanted === "" || fold(entry.label).includes(wanted));
  const { found, isSearching } = useFound(text);
  const entries = [...fixed, ...found];
  const index = Math.min(at, entries.length - 1);
  const run = (entry: Entry | undefined) => {
    if (entry === undefined) return;
    onClose();
    entry.run();
  };
  const enterLater = useHastyEnter(text, isSearching, () => run(entries[0]));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "ArrowDown") setAt(Math.min(entries.length - 1, index + 1));
    else if (event.key === "ArrowUp") setAt(Math.max(0, index - 1));
    else if (event.key === "Enter" && isSearching && fixed[index] === undefined) enterLater();
    else if (event.key === "Enter") run(entries[index]);
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title={t("palette.title")} onClose={onClose} testId="palette">
      <div className="palette">
        <input
          className="input"
          role="combobox"
          aria-expanded="true"
          aria-controls={listId}
          aria-activedescendant={entries[index] === undefined ? undefined : `${listId}-${index}`}
          aria-label={t("palette.label")}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
          data-testid="palette-input"
        />
        <ul id={listId} role="listbox" aria-label={t("palette.results")}>
          {entries.map((entry, position) => (
            // Keys are handled on the combobox, as the pattern asks
            <li
              key={entry.id}
              id={`${listId}-${position}`}
              role="option"
              aria-selected={position === index}
              className="palette-entry"
              ref={position === index ? (element) => element?.scrollIntoView({ block: "nearest" }) : undefined}
              onClick={() => run(entry)}
            >
              {entry.level === undefined ? <Icon name={entry.icon ?? "right"} /> : <SeverityMark level={entry.level} />}
              <span className="truncate grow">
                <SafeText text={entry.label} />
              </span>
              {entry.detail !== undefined && (
                <span className="truncate quiet">
                  <RawText text={entry.detail} />
                </span>
              )}
              <span className="quiet small">{t(`palette.group.${entry.group}`)}</span>
            </li>
          ))}
        </ul>
        {entries.length === 0 && !isSearching && <p className="palette-none quiet">{t("palette.none")}</p>}
      </div>
    </Dialog>
  );
}
