import "./people.css";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useRef } from "react";
import { Button } from "../../../kit/button.tsx";
import { type Column, DataGrid } from "../../../kit/data-grid.tsx";
import { Empty } from "../../../kit/empty.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { Split } from "../../../kit/split.tsx";
import { When } from "../../../kit/when.tsx";
import type { HandoverList } from "../../api/people-types.ts";
import { useMay } from "../../api/session.ts";
import { FaultView } from "../../fault-view.tsx";
import { PEOPLE_TABS } from "../../frame/places.ts";
import { PageTabs } from "../../page-tabs.tsx";
import { usePanelCursor } from "../../panel-cursor.ts";
import { CheckPaper } from "./check-paper.tsx";
import { HandoverPanel, NewHandover } from "./handover-panel.tsx";
import { useHandovers } from "./use-people.ts";

type Line = HandoverList["items"][number];
const keyOf = ({ id }: Line) => id;
export const NEW_NOTE = "new";

function useColumns(): Column<Line>[] {
  const t = useText();
  return useMemo(
    () => [
      { id: "number", header: t("handover.number"), width: "56px", numeric: true, render: ({ number }) => number },
      { id: "at", header: t("handover.at"), width: "136px", render: ({ at }) => <When at={at} /> },
      {
        id: "shift",
        header: t("shifts.shift"),
        width: "minmax(120px, 1fr)",
        render: ({ shift }) =>
          shift === null ? (
            <span className="quiet">—</span>
          ) : (
            <span className="truncate">{`${shift.rota} · ${shift.name}`}</span>
          ),
      },
      {
        id: "by",
        header: t("handover.leaving"),
        width: "minmax(130px, 1fr)",
        render: ({ by }) => <bdi className="truncate">{by.name}</bdi>,
      },
      {
        id: "receipt",
        header: t("handover.arriving"),
        width: "minmax(150px, 1fr)",
        render: ({ receipt }) =>
          receipt === null ? (
            <span className="bad-text">{t("handover.not_received")}</span>
          ) : (
            <bdi className="truncate">{receipt.by.name}</bdi>
          ),
      },
    ],
    [t],
  );
}

function Narrow({ line }: { line: Line }) {
  const t = useText();
  return (
    <>
      <div>
        <span className="truncate grow">
          {line.by.name} → {line.receipt?.by.name ?? t("handover.not_received")}
        </span>
        <span className="quiet num">{line.number}</span>
      </div>
      <div className="small quiet">
        <span className="truncate grow">{line.shift?.name}</span>
        <When at={line.at} />
      </div>
    </>
  );
}

/** Notes of shifts that left, and the one being written. */
export function HandoversPage() {
  const t = useText();
  const navigate = useNavigate();
  const mayWrite = useMay()("alerts.write");
  const { note } = useSearch({ from: "/people/handovers" });
  const list = useHandovers();
  const columns = useColumns();
  const filterInput = useRef<HTMLInputElement>(null);
  const rows = list.data?.items ?? [];
  const open = (id: string | undefined, replace: boolean) =>
    void navigate({ to: "/people/handovers", search: id === undefined ? {} : { note: id }, replace });
  const cursor = usePanelCursor({ keys: rows.map(keyOf), opened: note, open, filterInput });
  const write = mayWrite && (
    <Button kind="primary" icon="note" onClick={() => open(NEW_NOTE, false)} data-testid="handover-new">
      {t("handover.new")}
    </Button>
  );
  const shown = note === undefined ? columns : columns.filter(({ id }) => id !== "shift");
  return (
    <>
      <PageTabs tabs={PEOPLE_TABS} label={t("place.people")} />
      <div className="page-head">
        <h1>{t("place.handovers")}</h1>
        <span className="grow" />
        <CheckPaper onOpen={(id) => open(id, false)} />
        {rows.length > 0 && note !== NEW_NOTE && write}
      </div>
      <Split
        name="handovers"
        list={
          <div className="grid" data-testid="handover-list">
            {list.isPending && <Skeleton lines={8} />}
            {list.isError && <FaultView error={list.error} onRetry={() => void list.refetch()} />}
            {list.isSuccess && rows.length === 0 && (
              <Empty title={t("handover.none.title")} action={note !== NEW_NOTE && write}>
                {t("handover.none.body")}
              </Empty>
            )}
            {rows.length > 0 && (
              <DataGrid
                label={t("place.handovers")}
                columns={shown}
                rows={rows}
                rowKey={keyOf}
                rowTestId="handover-row"
                current={cursor.current}
                onCurrent={cursor.move}
                onOpen={(id) => open(id, note !== undefined)}
                narrow={(line) => <Narrow line={line} />}
              />
            )}
          </div>
        }
        panel={
          note === undefined ? undefined : note === NEW_NOTE ? (
            <NewHandover onClose={cursor.close} onSigned={(id) => open(id, true)} />
          ) : (
            <HandoverPanel key={note} id={note} onClose={cursor.close} />
          )
        }
      />
    </>
  );
}
