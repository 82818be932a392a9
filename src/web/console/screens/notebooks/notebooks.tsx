import "./notebooks.css";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useRef, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { type Column, DataGrid } from "../../../kit/data-grid.tsx";
import { Empty } from "../../../kit/empty.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { Segmented } from "../../../kit/segmented.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { When } from "../../../kit/when.tsx";
import type { Notebook } from "../../api/investigation-types.ts";
import { useMay, useSession } from "../../api/session.ts";
import { FaultView } from "../../fault-view.tsx";
import { HUNT_TABS } from "../../frame/places.ts";
import { PageTabs } from "../../page-tabs.tsx";
import { usePanelCursor } from "../../panel-cursor.ts";
import { TextFilter } from "../alerts/filter-bar.tsx";
import { NewNotebookDialog } from "./new-notebook.tsx";
import type { NotebookListSearch } from "./search.ts";
import { useNotebooks } from "./use-notebook.ts";

const SHOWS = ["active", "mine", "archived"] as const;
type Show = (typeof SHOWS)[number];

function useColumns(): Column<Notebook>[] {
  const t = useText();
  return useMemo(
    () => [
      {
        id: "title",
        header: t("notebook.title"),
        width: "minmax(220px, 4fr)",
        render: (book) => (
          <span title={book.title}>
            <SafeText text={book.title} />
          </span>
        ),
      },
      {
        id: "owner",
        header: t("notebook.owner"),
        width: "minmax(140px, 1.4fr)",
        render: (book) => <bdi>{book.owner.name}</bdi>,
      },
      {
        id: "shared",
        header: t("notebook.seen_by"),
        width: "130px",
        render: (book) => t(book.shared ? "notebook.shared" : "notebook.private"),
      },
      {
        id: "created",
        header: t("notebook.created"),
        width: "110px",
        render: (book) => <When at={book.createdAt} />,
      },
      {
        id: "updated",
        header: t("notebook.updated"),
        width: "130px",
        render: (book) => <When at={book.updatedAt} />,
      },
    ],
    [t],
  );
}

function NarrowNotebook({ book }: { book: Notebook }) {
  const t = useText();
  return (
    <>
      <div>
        <span className="truncate grow">
          <SafeText text={book.title} />
        </span>
      </div>
      <div className="small quiet">
        <span className="truncate grow">
          <bdi>{book.owner.name}</bdi>
        </span>
        <span>{t(book.shared ? "notebook.shared" : "notebook.private")}</span>
        <When at={book.updatedAt} />
      </div>
    </>
  );
}

export function Notebooks() {
  const t = useText();
  const may = useMay();
  const navigate = useNavigate();
  const { user } = useSession();
  const search = useSearch({ from: "/hunt/notebooks" });
  const columns = useColumns();
  const filterInput = useRef<HTMLInputElement>(null);
  const [creating, setCreating] = useState(false);
  const books = useNotebooks();
  const show: Show = SHOWS.find((each) => each === search.show) ?? "active";
  const needle = (search.q ?? "").toLowerCase();
  const all = books.data?.items ?? [];
  const items = all
    .filter(({ archived }) => archived === (show === "archived"))
    .filter(({ owner }) => show !== "mine" || owner.id === user.id)
    .filter(({ title, owner }) => `${title} ${owner.name}`.toLowerCase().includes(needle));
  const change = (part: NotebookListSearch) =>
    void navigate({ to: "/hunt/notebooks", search: (now) => ({ ...now, ...part }), replace: true });
  const open = (id: string | undefined) =>
    id !== undefined && void navigate({ to: "/hunt/notebooks/$id", params: { id }, search: {} });
  const cursor = usePanelCursor({ keys: items.map(({ id }) => id), opened: undefined, open, filterInput });
  const begin = may("hunts.write") ? (
    <Button kind="primary" icon="plus" onClick={() => setCreating(true)} data-testid="notebook-new">
      {t("notebook.new")}
    </Button>
  ) : undefined;
  return (
    <>
      <PageTabs tabs={HUNT_TABS} label={t("place.hunt")} />
      <div className="page-head">
        <h1 className="visually-hidden">{t("place.notebooks")}</h1>
        <Segmented<Show>
          label={t("notebook.show")}
          value={show}
          options={SHOWS.map((value) => ({ value, label: t(`notebook.show.${value}`) }))}
          onChange={(value) => change({ show: value === "active" ? undefined : value })}
        />
        <TextFilter
          value={search.q ?? ""}
          label={t("notebook.filter")}
          onChange={(q) => change({ q })}
          inputRef={filterInput}
        />
        <span className="grow" />
        {begin}
      </div>
      <div className="grid" data-testid="notebook-list">
        {books.isPending && <Skeleton />}
        {books.isError && <FaultView error={books.error} onRetry={() => void books.refetch()} />}
        {books.isSuccess && items.length === 0 && (
          <Empty
            title={t(all.length === 0 ? "notebook.none.title" : "notebook.none.filtered")}
            action={all.length === 0 ? begin : undefined}
          >
            {t(all.length === 0 ? "notebook.none.body" : "notebook.none.filtered_body")}
          </Empty>
        )}
        {items.length > 0 && (
          <DataGrid<Notebook>
            label={t("place.notebooks")}
            columns={columns}
            rows={items}
            rowKey={({ id }) => id}
            rowTestId="notebook-row"
            current={cursor.current}
            onCurrent={cursor.move}
            onOpen={open}
            narrow={(book) => <NarrowNotebook book={book} />}
            total={items.length}
          />
        )}
      </div>
      {creating && <NewNotebookDialog onClose={() => setCreating(false)} />}
    </>
  );
}
