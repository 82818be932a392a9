import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type Column, DataGrid } from "../../../../kit/data-grid.tsx";
import { useFormat } from "../../../../kit/i18n/format.ts";
import { useText } from "../../../../kit/i18n/text.tsx";
import { SafeText } from "../../../../kit/raw-text.tsx";
import { When } from "../../../../kit/when.tsx";
import type { Hold, HoldExtent } from "../../../api/storage-types.ts";
import { scopeText } from "./scope-view.tsx";
import { holdExtentQuery } from "../use-storage.ts";

/** Asked row by row, so that the list is there before anything is counted. */
function ExtentCell({ hold, what }: { hold: Hold; what: (extent: HoldExtent) => string }) {
  const t = useText();
  const extent = useQuery({ ...holdExtentQuery(hold.id), enabled: hold.releasedAt === null && !hold.concealed });
  if (hold.releasedAt !== null || hold.concealed || extent.isError) return <span className="quiet">—</span>;
  return extent.isPending ? <span className="quiet">{t("holds.counting")}</span> : what(extent.data);
}

/** One whose grounds the reader may not know has no name for them. */
export function HoldName({ hold }: { hold: Hold }) {
  const t = useText();
  return hold.concealed ? <span className="quiet">{t("holds.concealed")}</span> : <SafeText text={hold.name} />;
}

export function HoldState({ hold }: { hold: Hold }) {
  const t = useText();
  const isInForce = hold.releasedAt === null;
  return <span className={isInForce ? "tag holds" : "tag"}>{t(isInForce ? "holds.in_force" : "holds.released")}</span>;
}

function useHoldColumns(): Column<Hold>[] {
  const t = useText();
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: "name",
        header: t("holds.name"),
        width: "minmax(180px, 2fr)",
        render: (hold) => <HoldName hold={hold} />,
      },
      { id: "state", header: t("holds.state"), width: "110px", render: (hold) => <HoldState hold={hold} /> },
      {
        id: "scope",
        header: t("holds.scope"),
        width: "minmax(180px, 2fr)",
        render: (hold) => <SafeText text={scopeText(hold.scope, { t, format })} />,
      },
      {
        id: "events",
        header: t("storage.col.events"),
        width: "96px",
        numeric: true,
        render: (hold) => <ExtentCell hold={hold} what={({ events }) => format.number(events)} />,
      },
      {
        id: "segments",
        header: t("holds.segments"),
        width: "96px",
        numeric: true,
        render: (hold) => <ExtentCell hold={hold} what={({ segments }) => format.number(segments)} />,
      },
      { id: "placed", header: t("holds.placed"), width: "112px", render: (hold) => <When at={hold.placedAt} /> },
      { id: "by", header: t("holds.by"), width: "120px", render: (hold) => <bdi>{hold.placedBy || "—"}</bdi> },
    ],
    [t, format],
  );
}

const BESIDE_PANEL = new Set(["name", "state", "placed"]);
const keyOf = (hold: Hold) => hold.id;

function NarrowHold({ hold }: { hold: Hold }) {
  const t = useText();
  const format = useFormat();
  return (
    <>
      <div>
        <span className="truncate grow">
          <HoldName hold={hold} />
        </span>
        <HoldState hold={hold} />
      </div>
      <div className="small quiet">
        <span className="truncate grow">
          {hold.releasedAt === null ? (
            <ExtentCell
              hold={hold}
              what={({ events, segments }) => t("holds.finds", { events: format.number(events), n: segments })}
            />
          ) : (
            <SafeText text={scopeText(hold.scope, { t, format })} />
          )}
        </span>
        <When at={hold.placedAt} />
      </div>
    </>
  );
}

interface HoldRowsProps {
  readonly rows: readonly Hold[];
  readonly isBeside: boolean;
  readonly current: string | undefined;
  readonly onCurrent: (id: string) => void;
  readonly onOpen: (id: string) => void;
}

export function HoldRows({ rows, isBeside, current, onCurrent, onOpen }: HoldRowsProps) {
  const t = useText();
  const columns = useHoldColumns();
  return (
    <DataGrid
      label={t("place.holds")}
      columns={isBeside ? columns.filter(({ id }) => BESIDE_PANEL.has(id)) : columns}
      rows={rows}
      rowKey={keyOf}
      rowTestId="hold-row"
      current={current}
      onCurrent={onCurrent}
      onOpen={onOpen}
      narrow={(hold) => <NarrowHold hold={hold} />}
    />
  );
}
