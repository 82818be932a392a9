import "./notebooks.css";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Empty } from "../../../kit/empty.tsx";
import { Icon } from "../../../kit/icon.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { Tabs } from "../../../kit/tabs.tsx";
import { ApiFault } from "../../api/client.ts";
import type { NotebookPage } from "../../api/investigation-types.ts";
import { useMay, useSession } from "../../api/session.ts";
import { FaultView } from "../../fault-view.tsx";
import { HUNT_TABS } from "../../frame/places.ts";
import { PageTabs } from "../../page-tabs.tsx";
import { Cells } from "./cells.tsx";
import { ConflictDialog } from "./conflict-dialog.tsx";
import { NotebookHistoryTab } from "./history.tsx";
import { NotebookHead } from "./notebook-head.tsx";
import { useNotebook, useWriting } from "./use-notebook.ts";

const TABS = ["page", "history"] as const;
type Tab = (typeof TABS)[number];

function Content({ page, entry }: { page: NotebookPage; entry: number | undefined }) {
  const t = useText();
  const navigate = useNavigate();
  const may = useMay();
  const { user } = useSession();
  const search = useSearch({ from: "/hunt/notebooks/$id" });
  const writing = useWriting(page);
  const isOwner = page.owner.id === user.id && may("hunts.write");
  const tab = TABS.find((each) => each === search.tab) ?? "page";
  return (
    <div className="notebook" data-testid="notebook">
      <NotebookHead page={page} writing={writing} isOwner={isOwner} />
      {entry !== undefined && (
        <div className="notice" data-testid="notebook-past">
          <div>
            <strong>{t("notebook.past.title", { n: entry })}</strong>
            <p>
              {t("notebook.past.body")}{" "}
              <Link to="/hunt/notebooks/$id" params={{ id: page.id }} search={{}}>
                {t("notebook.past.do")}
              </Link>
            </p>
          </div>
        </div>
      )}
      <Tabs<Tab>
        label={t("notebook.parts")}
        value={tab}
        onChange={(next) =>
          void navigate({
            to: "/hunt/notebooks/$id",
            params: { id: page.id },
            search: (now) => ({ ...now, tab: next === "page" ? undefined : next }),
            replace: true,
          })
        }
        tabs={TABS.map((value) => ({ value, label: t(`notebook.tab.${value}`) }))}
      >
        {tab === "page" && (
          <Cells page={page} writing={writing} writable={isOwner && entry === undefined && !page.archived} />
        )}
        {tab === "history" && <NotebookHistoryTab id={page.id} />}
      </Tabs>
      {writing.conflict !== undefined && <ConflictDialog id={page.id} conflict={writing.conflict} writing={writing} />}
    </div>
  );
}

function Absent({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const t = useText();
  if (!(error instanceof ApiFault) || error.status !== 404) return <FaultView error={error} onRetry={onRetry} />;
  return (
    <Empty
      title={t("notebook.gone.title")}
      action={
        <Link to="/hunt/notebooks" search={{}}>
          {t("notebook.back")}
        </Link>
      }
    >
      {t("notebook.gone.body")}
    </Empty>
  );
}

export function NotebookScreen() {
  const t = useText();
  const { id } = useParams({ from: "/hunt/notebooks/$id" });
  const search = useSearch({ from: "/hunt/notebooks/$id" });
  const asked = Number(search.entry);
  const entry = search.entry !== undefined && Number.isInteger(asked) && asked >= 0 ? asked : undefined;
  const page = useNotebook(id, entry);
  return (
    <>
      <PageTabs tabs={HUNT_TABS} label={t("place.hunt")} />
      <div className="notebook-way no-print">
        <Link to="/hunt/notebooks" search={{}}>
          <Icon name="left" /> {t("notebook.back")}
        </Link>
      </div>
      {page.data === undefined && <h1 className="visually-hidden">{t("place.notebooks")}</h1>}
      {page.isPending && <Skeleton lines={12} />}
      {page.data === undefined && page.isError && <Absent error={page.error} onRetry={() => void page.refetch()} />}
      {page.data !== undefined && <Content key={`${id}:${entry ?? ""}`} page={page.data} entry={entry} />}
    </>
  );
}
