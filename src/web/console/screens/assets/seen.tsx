import "./assets.css";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { type RefObject, useCallback, useMemo, useRef, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { DataGrid } from "../../../kit/data-grid.tsx";
import { Empty } from "../../../kit/empty.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { Segmented } from "../../../kit/segmented.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import type { SeenItem } from "../../api/asset-types.ts";
import { useMay } from "../../api/session.ts";
import { FaultView } from "../../fault-view.tsx";
import { ASSET_TABS } from "../../frame/places.ts";
import { useKeys } from "../../keys/use-keys.ts";
import { PageTabs } from "../../page-tabs.tsx";
import { TextFilter } from "../alerts/filter-bar.tsx";
import { IgnoreDialog } from "./ignore-dialog.tsx";
import { IgnoredTable } from "./ignored-table.tsx";
import { RegisterDialog } from "./register-dialog.tsx";
import type { SeenSearch } from "./search.ts";
import { NarrowSeen, useSeenColumns } from "./seen-columns.tsx";
import { useSeen } from "./use-assets.ts";

const DAYS = ["1", "7", "30", "90"] as const;
const VIEWS = ["host", "address", "ignored"] as const;
type View = (typeof VIEWS)[number];
/** What the server takes in one action. */
const MAX_AT_ONCE = 500;
const keyOf = ({ kind, value }: SeenItem) => `${kind} ${value}`;

function viewOf({ show, kind }: SeenSearch): View {
  if (show === "ignored") return "ignored";
  return kind === "address" ? "address" : "host";
}

interface FiltersProps {
  readonly search: SeenSearch;
  readonly onChange: (part: SeenSearch) => void;
  readonly inputRef: RefObject<HTMLInputElement | null>;
}

function Filters({ search, onChange, inputRef }: FiltersProps) {
  const t = useText();
  const view = viewOf(search);
  const pick = (next: View) =>
    onChange({
      kind: next === "address" ? "address" : undefined,
      show: next === "ignored" ? "ignored" : undefined,
      reach: undefined,
    });
  return (
    <>
      <Segmented
        label={t("filter.view")}
        value={view}
        options={VIEWS.map((value) => ({ value, label: t(`assets.seen.view.${value}`), testId: `seen-${value}` }))}
        onChange={pick}
      />
      {view !== "ignored" && (
        <>
          <select
            className="input"
            aria-label={t("filter.time")}
            value={search.days ?? "7"}
            onChange={(event) => onChange({ days: event.target.value === "7" ? undefined : event.target.value })}
          >
            {DAYS.map((days) => (
              <option key={days} value={days}>
                {t("assets.seen.days", { n: Number(days) })}
              </option>
            ))}
          </select>
          {view === "address" && (
            <select
              className="input"
              aria-label={t("assets.seen.reach")}
              value={search.reach ?? "internal"}
              onChange={(event) => onChange({ reach: event.target.value === "internal" ? undefined : "all" })}
            >
              <option value="internal">{t("assets.seen.reach.internal")}</option>
              <option value="all">{t("assets.seen.reach.all")}</option>
            </select>
          )}
          <TextFilter
            value={search.q ?? ""}
            label={t("assets.seen.filter")}
            onChange={(q) => onChange({ q })}
            inputRef={inputRef}
          />
        </>
      )}
    </>
  );
}

/** Rows chosen by mouse or by `x`; what left the list is chosen no more. */
function useChosen(items: readonly SeenItem[]) {
  const [keys, setKeys] = useState<ReadonlySet<string>>(new Set());
  const [current, setCurrent] = useState<string>();
  const chosen = items.filter((item) => keys.has(keyOf(item))).slice(0, MAX_AT_ONCE);
  const last = useRef<string>(undefined);
  const toggle = (key: string, range: boolean) => {
    const all = items.map(keyOf);
    const from = range && last.current !== undefined ? all.indexOf(last.current) : -1;
    const to = all.indexOf(key);
    const some = from < 0 ? [key] : all.slice(Math.min(from, to), Math.max(from, to) + 1);
    const next = new Set(keys);
    const remove = keys.has(key);
    for (const each of some) {
      if (remove) next.delete(each);
      else next.add(each);
    }
    last.current = key;
    setKeys(next);
  };
  const step = (by: 1 | -1) => {
    const at = items.findIndex((item) => keyOf(item) === current);
    const next = items[at < 0 ? 0 : Math.max(0, Math.min(items.length - 1, at + by))];
    if (next !== undefined) setCurrent(keyOf(next));
  };
  const clear = () => setKeys(new Set());
  return { keys, current, setCurrent, chosen, toggle, step, clear };
}

function SeenRows({ search }: { search: SeenSearch }) {
  const t = useText();
  const format = useFormat();
  const may = useMay()("assets.write");
  const seen = useSeen(search, true);
  const items = useMemo(() => seen.data?.items ?? [], [seen.data]);
  const columns = useSeenColumns(search.kind === "address");
  const { keys, current, setCurrent, chosen, toggle, step, clear } = useChosen(items);
  const [asking, setAsking] = useState<"register" | "ignore">();
  const done = () => {
    setAsking(undefined);
    clear();
  };
  useKeys({
    next: () => step(1),
    previous: () => step(-1),
    ...(may ? { select: () => current !== undefined && toggle(current, false) } : {}),
    ...(chosen.length > 0 ? { close: clear } : {}),
  });
  return (
    <div className="grid" data-testid="seen-list">
      {seen.isError && <FaultView error={seen.error} onRetry={() => void seen.refetch()} />}
      {seen.isPending && <Skeleton lines={10} />}
      {seen.isSuccess && items.length === 0 && (
        <Empty title={t(seen.data.registered > 0 ? "assets.seen.all_known" : "assets.seen.none")}>
          {t("assets.seen.none_body")}
        </Empty>
      )}
      {items.length > 0 && (
        <>
          {chosen.length > 0 && (
            <div className="bulk-bar" data-testid="seen-bulk">
              <span>{t("assets.seen.chosen", { n: chosen.length })}</span>
              <Button kind="primary" onClick={() => setAsking("register")} data-testid="seen-register">
                {t("assets.seen.register")}
              </Button>
              <Button onClick={() => setAsking("ignore")} data-testid="seen-ignore">
                {t("assets.seen.ignore")}
              </Button>
              <Button kind="plain" onClick={clear}>
                {t("assets.seen.clear")}
              </Button>
            </div>
          )}
          <DataGrid
            label={t("place.seen")}
            columns={columns}
            rows={items}
            rowKey={keyOf}
            rowTestId="seen-row"
            current={current}
            onCurrent={setCurrent}
            {...(may ? { checked: keys, onCheck: toggle } : {})}
            narrow={(item) => <NarrowSeen item={item} />}
          />
          <div className="grid-foot">
            {t("assets.seen.total", {
              count: format.number(items.length),
              registered: format.number(seen.data?.registered ?? 0),
              ignored: format.number(seen.data?.ignored ?? 0),
            })}
            {seen.data?.truncated === true && ` · ${t("assets.seen.truncated")}`}
          </div>
        </>
      )}
      {asking === "register" && <RegisterDialog items={chosen} onClose={() => setAsking(undefined)} onDone={done} />}
      {asking === "ignore" && <IgnoreDialog items={chosen} onClose={() => setAsking(undefined)} onDone={done} />}
    </div>
  );
}

/** What events name and the register does not: one step from there into the register, or aside with a reason. */
export function Seen() {
  const t = useText();
  const navigate = useNavigate();
  const search: SeenSearch = useSearch({ from: "/systems/seen" });
  const filterInput = useRef<HTMLInputElement>(null);
  const change = useCallback(
    (part: SeenSearch) => void navigate({ to: "/systems/seen", search: (now) => ({ ...now, ...part }), replace: true }),
    [navigate],
  );
  useKeys({ filter: () => filterInput.current?.focus() });
  return (
    <>
      <PageTabs tabs={ASSET_TABS} label={t("place.assets")} />
      <div className="page-head asset-filters">
        <h1 className="visually-hidden">{t("place.seen")}</h1>
        <Filters search={search} onChange={change} inputRef={filterInput} />
      </div>
      {viewOf(search) === "ignored" ? <IgnoredTable /> : <SeenRows key={viewOf(search)} search={search} />}
    </>
  );
}
