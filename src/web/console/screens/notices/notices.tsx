import "./notices.css";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { type Column, DataGrid } from "../../../kit/data-grid.tsx";
import { Empty } from "../../../kit/empty.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { Segmented } from "../../../kit/segmented.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { When } from "../../../kit/when.tsx";
import type { Notice } from "../../api/notice-types.ts";
import { FaultView } from "../../fault-view.tsx";
import { useKeys } from "../../keys/use-keys.ts";
import { NoticeAbout, UrgencyMark, useKindText } from "./notice-words.tsx";
import { useNoticeCount, useNoticeRows, useOpenNotice, useRead } from "./use-notices.ts";

const VIEWS = ["all", "unread"] as const;
const keyOf = (notice: Notice) => notice.id;

function useColumns(): Column<Notice>[] {
  const t = useText();
  const kindText = useKindText();
  return useMemo(
    () => [
      {
        id: "urgency",
        header: t("notices.urgency"),
        width: "112px",
        render: (one) => <UrgencyMark urgency={one.urgency} />,
      },
      {
        id: "kind",
        header: t("notices.what"),
        width: "minmax(220px, 2fr)",
        render: (one) => <span className="truncate">{kindText(one.kind)}</span>,
      },
      {
        id: "about",
        header: t("notices.about"),
        width: "minmax(220px, 3fr)",
        render: (one) => (
          <span className="notice-about">
            <NoticeAbout notice={one} />
          </span>
        ),
      },
      {
        id: "by",
        header: t("notices.by"),
        width: "minmax(110px, 1fr)",
        render: (one) => (one.by === null ? <span className="quiet">—</span> : <bdi>{one.by.name}</bdi>),
      },
      { id: "at", header: t("notices.at"), width: "128px", render: (one) => <When at={one.at} /> },
    ],
    [t, kindText],
  );
}

function Narrow({ notice }: { notice: Notice }) {
  const kindText = useKindText();
  return (
    <>
      <div>
        <span className="truncate grow">{kindText(notice.kind)}</span>
        <UrgencyMark urgency={notice.urgency} />
      </div>
      <div className="small quiet">
        <span className="notice-about grow">
          <NoticeAbout notice={notice} />
        </span>
        <When at={notice.at} />
      </div>
    </>
  );
}

function useCursor(rows: readonly Notice[], open: (notice: Notice) => void) {
  const [current, setCurrent] = useState<string>();
  const step = (by: 1 | -1) => {
    const at = rows.findIndex((row) => row.id === current);
    const next = rows[at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + by))];
    if (next !== undefined) setCurrent(next.id);
  };
  const openKey = (key: string | undefined) => {
    const found = rows.find((row) => row.id === key);
    if (found !== undefined) open(found);
  };
  useKeys({ next: () => step(1), previous: () => step(-1), open: () => openKey(current) });
  return { current, setCurrent, openKey };
}

/** Everything the person was told, for 90 days. */
export function Notices() {
  const t = useText();
  const format = useFormat();
  const navigate = useNavigate();
  const { show } = useSearch({ from: "/notices" });
  const view = show === "unread" ? "unread" : "all";
  const count = useNoticeCount();
  const read = useRead();
  const { pages, rows, more } = useNoticeRows(view === "unread");
  const columns = useColumns();
  const cursor = useCursor(rows, useOpenNotice());
  const unread = count.data?.unread ?? 0;
  const [newest] = rows;
  return (
    <>
      <div className="page-head">
        <h1>{t("place.notices")}</h1>
        <Segmented
          label={t("filter.view")}
          value={view}
          options={VIEWS.map((value) => ({
            value,
            label:
              value === "unread"
                ? t("notices.view.unread_n", { n: unread, count: format.number(unread) })
                : t("notices.view.all"),
            testId: `notices-${value}`,
          }))}
          onChange={(next) => void navigate({ to: "/notices", search: next === "all" ? {} : { show: next } })}
        />
        <span className="grow" />
        <Button
          icon="check"
          disabled={unread === 0 || newest === undefined || read.isPending}
          onClick={() => newest !== undefined && read.mutate({ upTo: newest.at })}
          data-testid="notices-read-all"
        >
          {t("notices.read_all")}
        </Button>
        <Button icon="settings" onClick={() => void navigate({ to: "/settings/notices", search: {} })}>
          {t("notices.rules")}
        </Button>
      </div>
      <div className="grid" data-testid="notice-list">
        {pages.isPending && <Skeleton lines={10} />}
        {pages.isError && <FaultView error={pages.error} onRetry={() => void pages.refetch()} />}
        {pages.isSuccess && rows.length === 0 && (
          <Empty title={t(view === "unread" ? "notices.none.unread" : "notices.none.title")}>
            {t("notices.none.body")}
          </Empty>
        )}
        {rows.length > 0 && (
          <DataGrid
            label={t("place.notices")}
            columns={columns}
            rows={rows}
            rowKey={keyOf}
            rowTestId="notice-row"
            rowClass={(one) => (one.readAt === null ? "unread" : "")}
            current={cursor.current}
            onCurrent={cursor.setCurrent}
            onOpen={cursor.openKey}
            narrow={(one) => <Narrow notice={one} />}
            onEnd={more}
          />
        )}
      </div>
    </>
  );
}
