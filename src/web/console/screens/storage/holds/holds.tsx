import "../storage.css";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { Empty } from "../../../../kit/empty.tsx";
import { useText } from "../../../../kit/i18n/text.tsx";
import { Segmented } from "../../../../kit/segmented.tsx";
import { Skeleton } from "../../../../kit/skeleton.tsx";
import { Split } from "../../../../kit/split.tsx";
import { FaultView } from "../../../fault-view.tsx";
import { STORAGE_TABS } from "../../../frame/places.ts";
import { PageTabs } from "../../../page-tabs.tsx";
import { usePanelCursor } from "../../../panel-cursor.ts";
import { AdminButton } from "../admin-button.tsx";
import type { HoldSearch } from "../search.ts";
import { useHolds } from "../use-storage.ts";
import { HoldDialog } from "./hold-dialog.tsx";
import { HoldRows } from "./hold-list.tsx";
import { HoldPanel } from "./hold-panel.tsx";

const STATES = ["all", "in_force", "released"] as const;

/** Legal holds: what must not go, why, and since when. */
export function HoldsPage() {
  const t = useText();
  const navigate = useNavigate();
  const search: HoldSearch = useSearch({ from: "/storage/holds" });
  const holds = useHolds();
  const [isPlacing, setPlacing] = useState(false);
  const noFilter = useRef<HTMLInputElement>(null);
  const change = (part: HoldSearch, replace = false) =>
    void navigate({ to: "/storage/holds", search: (now) => ({ ...now, ...part }), replace });
  const items = holds.data?.items ?? [];
  const state = STATES.find((each) => each === search.state) ?? "all";
  const rows = items
    .filter((hold) => state === "all" || (hold.releasedAt === null) === (state === "in_force"))
    .sort(
      (one, other) =>
        Number(one.releasedAt !== null) - Number(other.releasedAt !== null) || (one.placedAt > other.placedAt ? -1 : 1),
    );
  const opened = items.find((hold) => hold.id === search.hold);
  const cursor = usePanelCursor({
    keys: rows.map((hold) => hold.id),
    opened: search.hold,
    open: (hold, replace) => change({ hold }, replace),
    filterInput: noFilter,
  });
  const create = (
    <AdminButton kind="primary" icon="plus" onClick={() => setPlacing(true)} data-testid="hold-new">
      {t("holds.new")}
    </AdminButton>
  );
  const list = (
    <div className="grid" data-testid="hold-list">
      {holds.isPending && <Skeleton />}
      {holds.isError && <FaultView error={holds.error} onRetry={() => void holds.refetch()} />}
      {holds.isSuccess && items.length === 0 && (
        <Empty title={t("holds.none")} action={create}>
          {t("holds.none.why")}
        </Empty>
      )}
      {items.length > 0 && rows.length === 0 && <p className="quiet grid-note">{t("holds.none_of_state")}</p>}
      {rows.length > 0 && (
        <HoldRows
          rows={rows}
          isBeside={opened !== undefined}
          current={cursor.current}
          onCurrent={cursor.move}
          onOpen={(hold) => change({ hold }, search.hold !== undefined)}
        />
      )}
    </div>
  );
  return (
    <>
      <PageTabs tabs={STORAGE_TABS} label={t("place.storage")} />
      <div className="page-head">
        <h1 className="visually-hidden">{t("place.holds")}</h1>
        <Segmented
          label={t("holds.state")}
          value={state}
          options={STATES.map((value) => ({ value, label: t(`holds.filter.${value}`) }))}
          onChange={(value) => change({ state: value === "all" ? undefined : value })}
        />
        <span className="grow" />
        {items.length > 0 && create}
      </div>
      <Split
        name="holds"
        list={list}
        panel={opened === undefined ? undefined : <HoldPanel key={opened.id} hold={opened} onClose={cursor.close} />}
      />
      {isPlacing && (
        <HoldDialog
          onPlaced={(hold) => {
            setPlacing(false);
            change({ hold });
          }}
          onClose={() => setPlacing(false)}
        />
      )}
    </>
  );
}
