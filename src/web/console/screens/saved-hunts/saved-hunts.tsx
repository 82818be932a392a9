import "./saved-hunts.css";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo, useRef } from "react";
import { Button } from "../../../kit/button.tsx";
import { DataGrid } from "../../../kit/data-grid.tsx";
import { Empty } from "../../../kit/empty.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { Segmented } from "../../../kit/segmented.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { Split } from "../../../kit/split.tsx";
import type { SavedHunt } from "../../api/hunt-types.ts";
import { useSession } from "../../api/session.ts";
import { FaultView } from "../../fault-view.tsx";
import { HUNT_TABS } from "../../frame/places.ts";
import { PageTabs } from "../../page-tabs.tsx";
import { usePanelCursor } from "../../panel-cursor.ts";
import { TextFilter } from "../alerts/filter-bar.tsx";
import { BESIDE_PANEL, NarrowHunt, useHuntListColumns } from "./hunt-columns.tsx";
import { HuntPanel } from "./hunt-panel.tsx";
import type { SavedHuntSearch } from "./search.ts";
import { useSavedHunts } from "./use-saved.ts";

const VIEWS = ["all", "mine", "scheduled", "failed"] as const;
type View = (typeof VIEWS)[number];
const keyOf = (hunt: SavedHunt) => hunt.id;

function inView(hunt: SavedHunt, view: View, me: string): boolean {
  if (view === "mine") return hunt.owner.id === me;
  if (view === "scheduled") return hunt.schedule?.enabled === true;
  if (view === "failed") return hunt.schedule?.lastError != null;
  return true;
}

/** What is typed is looked for in everything a person knows a hunt by. */
function holds({ name, query, owner }: SavedHunt, wanted: string): boolean {
  return [name, query, owner.name].some((text) => text.toLowerCase().includes(wanted.toLowerCase()));
}

function useRows(search: SavedHuntSearch) {
  const { user } = useSession();
  const hunts = useSavedHunts();
  const view = VIEWS.find((each) => each === search.show) ?? "all";
  const wanted = search.q ?? "";
  const rows = useMemo(
    () => (hunts.data?.items ?? []).filter((hunt) => inView(hunt, view, user.id) && holds(hunt, wanted)),
    [hunts.data, view, wanted, user.id],
  );
  return { hunts, rows, view };
}

/** Hunts people keep: opened, run, put on a schedule. */
export function SavedHunts() {
  const t = useText();
  const format = useFormat();
  const navigate = useNavigate();
  const search = useSearch({ from: "/hunt/saved" });
  const { hunts, rows, view } = useRows(search);
  const columns = useHuntListColumns();
  const filterInput = useRef<HTMLInputElement>(null);
  const change = useCallback(
    (part: SavedHuntSearch, replace = false) =>
      void navigate({ to: "/hunt/saved", search: (now) => ({ ...now, ...part }), replace }),
    [navigate],
  );
  const typed = useCallback((q: string | undefined) => change({ q }, true), [change]);
  const open = (hunt: string | undefined, replace: boolean) => change({ hunt }, replace);
  const cursor = usePanelCursor({ keys: rows.map(keyOf), opened: search.hunt, open, filterInput });
  const isFiltered = search.q !== undefined || view !== "all";
  return (
    <>
      <PageTabs tabs={HUNT_TABS} label={t("place.hunt")} />
      <div className="page-head">
        <h1 className="visually-hidden">{t("place.saved_hunts")}</h1>
        <Segmented
          label={t("filter.view")}
          value={view}
          options={VIEWS.map((value) => ({ value, label: t(`saved.view.${value}`), testId: `saved-view-${value}` }))}
          onChange={(next) => change({ show: next === "all" ? undefined : next })}
        />
        <TextFilter value={search.q ?? ""} label={t("saved.filter")} onChange={typed} inputRef={filterInput} />
      </div>
      <Split
        name="saved-hunts"
        list={
          <div className="grid" data-testid="saved-list">
            {hunts.isError && <FaultView error={hunts.error} onRetry={() => void hunts.refetch()} />}
            {hunts.isPending && <Skeleton lines={10} />}
            {hunts.isSuccess && rows.length === 0 && (
              <Empty
                title={t(isFiltered ? "saved.none.filtered" : "saved.none.title")}
                action={
                  isFiltered ? (
                    <Button onClick={() => change({ q: undefined, show: undefined })}>{t("saved.none.reset")}</Button>
                  ) : (
                    <Button onClick={() => void navigate({ to: "/hunt", search: {} })}>{t("saved.none.do")}</Button>
                  )
                }
              >
                {t("saved.none.body")}
              </Empty>
            )}
            {rows.length > 0 && (
              <>
                <DataGrid
                  label={t("place.saved_hunts")}
                  columns={search.hunt === undefined ? columns : columns.filter((each) => BESIDE_PANEL.has(each.id))}
                  rows={rows}
                  rowKey={keyOf}
                  rowTestId="saved-row"
                  current={cursor.current}
                  onCurrent={cursor.move}
                  onOpen={(id) => open(id, search.hunt !== undefined)}
                  narrow={(hunt) => <NarrowHunt hunt={hunt} />}
                />
                <div className="grid-foot">
                  {t("saved.total", { n: rows.length, count: format.number(rows.length) })}
                </div>
              </>
            )}
          </div>
        }
        panel={
          search.hunt === undefined ? undefined : (
            <HuntPanel key={search.hunt} id={search.hunt} onClose={cursor.close} />
          )
        }
      />
    </>
  );
}
