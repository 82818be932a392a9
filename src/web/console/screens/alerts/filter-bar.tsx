import { useQuery } from "@tanstack/react-query";
import { type Ref, useEffect, useRef, useState } from "react";
import { SEVERITIES } from "../../../../kernel/severity.ts";
import { Button } from "../../../kit/button.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { Menu, MenuCheck, MenuItem } from "../../../kit/menu.tsx";
import { Segmented } from "../../../kit/segmented.tsx";
import { SeverityMark } from "../../../kit/severity.tsx";
import { api } from "../../api/client.ts";
import { useMay } from "../../api/session.ts";
import { listed, toggled } from "../../search-params.ts";
import type { AlertFilter, AlertSearch } from "./search.ts";

const TYPING_PAUSE_MS = 250;
const RANGES = ["1h", "8h", "24h", "7d", "30d"] as const;
const VIEWS = {
  active: {},
  open: { status: "open" },
  mine: { assignee: "me" },
  asleep: { snoozed: "only" },
  unconfirmed: { status: "closed", confirmation: "pending" },
  closed: { status: "closed" },
  all: { status: "all" },
} as const satisfies Record<string, AlertFilter>;
type View = keyof typeof VIEWS;
const VIEW_KEYS = ["status", "assignee", "snoozed", "confirmation"] as const;

interface FilterBarProps {
  readonly filter: AlertFilter;
  readonly onChange: (change: AlertSearch) => void;
  readonly inputRef: Ref<HTMLInputElement>;
}

export function useUserNames(enabled: boolean) {
  return useQuery({
    queryKey: ["user-names"],
    queryFn: ({ signal }) =>
      api.get<{ items: { id: string; displayName: string }[] }>("/users/names", undefined, signal),
    enabled,
  });
}

function viewOf(filter: AlertFilter): View | undefined {
  return (Object.keys(VIEWS) as View[]).find((view) => {
    const shape: AlertFilter = VIEWS[view];
    return VIEW_KEYS.every((key) => shape[key] === filter[key]);
  });
}

export function TextFilter({
  value,
  label,
  onChange,
  inputRef,
}: {
  value: string;
  label: string;
  onChange: (q: string | undefined) => void;
  inputRef?: Ref<HTMLInputElement>;
}) {
  const [text, setText] = useState(value);
  // What was sent comes back as the address a moment later; who types on meanwhile keeps what they typed.
  const sent = useRef<string[]>([]);
  useEffect(() => {
    const own = sent.current.indexOf(value);
    if (own < 0) setText(value);
    else sent.current.splice(0, own + 1);
  }, [value]);
  useEffect(() => {
    if (text === value) return undefined;
    const timer = setTimeout(() => {
      const asked = text.trim() === "" ? "" : text;
      if (asked === value) return;
      sent.current.push(asked);
      onChange(asked === "" ? undefined : asked);
    }, TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <div className="search-box">
      <input
        ref={inputRef}
        className="input"
        type="search"
        aria-label={label}
        placeholder={label}
        value={text}
        onChange={(event) => setText(event.target.value)}
        data-testid="filter-text"
      />
    </div>
  );
}

interface LevelMenuProps {
  readonly level: string | undefined;
  readonly onChange: (level: string | undefined) => void;
}

export function LevelMenu({ level, onChange }: LevelMenuProps) {
  const t = useText();
  const levels = listed(level);
  const label = levels.length === 0 ? t("filter.any_level") : levels.map((each) => t(`severity.${each}`)).join(", ");
  return (
    <Menu trigger={<Button data-testid="filter-level">{label}</Button>}>
      {SEVERITIES.toReversed().map((each) => (
        <MenuCheck key={each} checked={levels.includes(each)} onChange={() => onChange(toggled(level, each))}>
          <SeverityMark level={each} />
        </MenuCheck>
      ))}
    </Menu>
  );
}

function AssigneeMenu({ filter, onChange }: Omit<FilterBarProps, "inputRef">) {
  const t = useText();
  const may = useMay();
  const names = useUserNames(may("alerts.write"));
  const chosen = names.data?.items.find((user) => user.id === filter.assignee)?.displayName;
  const label =
    filter.assignee === undefined
      ? t("filter.anyone")
      : filter.assignee === "me"
        ? t("filter.me")
        : filter.assignee === "none"
          ? t("filter.nobody")
          : (chosen ?? t("alert.owner"));
  const pick = (assignee: string | undefined) => () => onChange({ assignee });
  return (
    <Menu trigger={<Button icon="person">{label}</Button>}>
      <MenuItem onSelect={pick(undefined)}>{t("filter.anyone")}</MenuItem>
      <MenuItem onSelect={pick("me")}>{t("filter.me")}</MenuItem>
      <MenuItem onSelect={pick("none")}>{t("filter.nobody")}</MenuItem>
      {names.data?.items.map((user) => (
        <MenuItem key={user.id} onSelect={pick(user.id)}>
          <bdi>{user.displayName}</bdi>
        </MenuItem>
      ))}
    </Menu>
  );
}

export function FilterBar({ filter, onChange, inputRef }: FilterBarProps) {
  const t = useText();
  const format = useFormat();
  const pick = (view: View) => {
    const shape: AlertFilter = VIEWS[view];
    onChange(Object.fromEntries(VIEW_KEYS.map((key) => [key, shape[key]])));
  };
  return (
    <div className="page-head alert-filters">
      <h1 className="visually-hidden">{t("place.alerts")}</h1>
      <Segmented
        label={t("filter.view")}
        value={viewOf(filter)}
        options={(Object.keys(VIEWS) as View[]).map((view) => ({
          value: view,
          label: t(`filter.view.${view}`),
          testId: `view-${view}`,
        }))}
        onChange={pick}
      />
      <LevelMenu level={filter.level} onChange={(level) => onChange({ level })} />
      <AssigneeMenu filter={filter} onChange={onChange} />
      <select
        className="input"
        aria-label={t("filter.time")}
        value={filter.range ?? ""}
        onChange={(event) =>
          onChange({
            range: event.target.value === "" ? undefined : event.target.value,
            from: undefined,
            to: undefined,
          })
        }
      >
        <option value="">{t("filter.any_time")}</option>
        {RANGES.map((range) => (
          <option key={range} value={range}>
            {t(`range.${range}`)}
          </option>
        ))}
      </select>
      <select
        className="input"
        aria-label={t("filter.exercise")}
        value={filter.exercise ?? "include"}
        onChange={(event) => onChange({ exercise: event.target.value === "include" ? undefined : event.target.value })}
      >
        {["include", "exclude", "only"].map((choice) => (
          <option key={choice} value={choice}>
            {t(`filter.exercise.${choice}`)}
          </option>
        ))}
      </select>
      {filter.attack !== undefined && (
        <Button icon="close" onClick={() => onChange({ attack: undefined })} data-testid="filter-attack">
          {t("filter.attack", { attack: filter.attack })}
        </Button>
      )}
      {(["created", "closed"] as const).map((key) => {
        const since = filter[key];
        return since === undefined ? null : (
          <Button key={key} icon="close" onClick={() => onChange({ [key]: undefined })} data-testid={`filter-${key}`}>
            {t(`filter.${key}`, { time: format.brief(new Date(since)) })}
          </Button>
        );
      })}
      <TextFilter
        value={filter.q ?? ""}
        label={t("filter.alerts_text")}
        onChange={(q) => onChange({ q })}
        inputRef={inputRef}
      />
    </div>
  );
}
