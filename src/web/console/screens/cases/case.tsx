import "./cases.css";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { Empty } from "../../../kit/empty.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { Icon } from "../../../kit/icon.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { Tabs } from "../../../kit/tabs.tsx";
import { ApiFault } from "../../api/client.ts";
import type { CasePage } from "../../api/case-types.ts";
import { FaultView } from "../../fault-view.tsx";
import { useLookingAt, useOthers } from "../../presence/presence.ts";
import { useKeys } from "../../keys/use-keys.ts";
import { CaseHead } from "./case-head.tsx";
import { ConflictDialog } from "./conflict-dialog.tsx";
import { PartDialog } from "./part-dialog.tsx";
import type { FormKind } from "./part-forms.ts";
import { StageLine } from "./stage-line.tsx";
import { AlertsTab } from "./tab-alerts.tsx";
import { EvidenceTab } from "./tab-evidence.tsx";
import { GraphTab } from "./tab-graph.tsx";
import { HistoryTab } from "./tab-history.tsx";
import { TalkTab } from "./tab-talk.tsx";
import { NotesTab, TasksTab, ThingsTab, TimelineTab } from "./tabs-work.tsx";
import { useCase, useCaseWriting } from "./use-cases.ts";

const TABS = ["timeline", "tasks", "alerts", "things", "notes", "evidence", "talk", "graph", "history"] as const;
type Tab = (typeof TABS)[number];

function counted(page: CasePage): Partial<Record<Tab, number>> {
  const of = (...kinds: string[]) =>
    page.parts.filter(({ content, hidden }) => !hidden && kinds.includes(content.kind)).length;
  return {
    timeline: of("fact"),
    tasks: page.tasks.total - page.tasks.done,
    alerts: page.alertList.length,
    things: of("asset", "indicator"),
    notes: of("note"),
    talk: of("message", "decision", "comment"),
  };
}

function Content({ page }: { page: CasePage }) {
  const t = useText();
  const navigate = useNavigate();
  const search = useSearch({ from: "/cases/$id" });
  const writing = useCaseWriting(page.id);
  const [adding, setAdding] = useState<FormKind>();
  useLookingAt(`case:${page.id}`);
  const others = useOthers().get(`case:${page.id}`);
  const tab = TABS.find((each) => each === search.tab) ?? "timeline";
  const add = (kind: FormKind) => () => page.may.write && setAdding(kind);
  useKeys({ "case-note": add("note"), "case-task": add("task"), "case-fact": add("fact") });
  const props = { page, writing };
  const counts = counted(page);
  return (
    <div className="case" data-testid="case">
      <CaseHead page={page} writing={writing} />
      {others !== undefined && (
        <p className="presence case-looking" role="status" data-testid="presence">
          <bdi>{t("presence.looking", { names: others.join(", ") })}</bdi>
        </p>
      )}
      <StageLine page={page} />
      <Tabs<Tab>
        label={t("case.parts")}
        value={tab}
        onChange={(next) =>
          void navigate({
            to: "/cases/$id",
            params: { id: page.id },
            search: { tab: next === "timeline" ? undefined : next },
            replace: true,
          })
        }
        tabs={TABS.map((value) => ({
          value,
          label: (
            <>
              {t(`case.tab.${value}`)}
              {(counts[value] ?? 0) > 0 && <span className="tab-count">{counts[value]}</span>}
            </>
          ),
        }))}
      >
        {tab === "timeline" && <TimelineTab {...props} />}
        {tab === "tasks" && <TasksTab {...props} />}
        {tab === "alerts" && <AlertsTab {...props} />}
        {tab === "things" && <ThingsTab {...props} />}
        {tab === "notes" && <NotesTab {...props} />}
        {tab === "evidence" && <EvidenceTab {...props} />}
        {tab === "talk" && <TalkTab {...props} />}
        {tab === "graph" && <GraphTab page={page} />}
        {tab === "history" && <HistoryTab id={page.id} />}
      </Tabs>
      {adding !== undefined && <PartDialog kind={adding} {...props} onClose={() => setAdding(undefined)} />}
      {writing.conflict !== undefined && <ConflictDialog conflict={writing.conflict} />}
    </div>
  );
}

function Absent({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const t = useText();
  if (!(error instanceof ApiFault) || error.status !== 404) return <FaultView error={error} onRetry={onRetry} />;
  return (
    <Empty
      title={t("case.gone.title")}
      action={
        <Link to="/cases" search={{}}>
          {t("case.back")}
        </Link>
      }
    >
      {t("case.gone.body")}
    </Empty>
  );
}

export function CaseScreen() {
  const t = useText();
  const { id } = useParams({ from: "/cases/$id" });
  const page = useCase(id);
  // What is no longer to be known is no longer shown, whatever was fetched before.
  const isGone = page.error instanceof ApiFault && page.error.status === 404;
  return (
    <>
      <div className="case-way no-print">
        <Link to="/cases" search={{}}>
          <Icon name="left" /> {t("case.back")}
        </Link>
      </div>
      {page.data === undefined && <h1 className="visually-hidden">{t("place.cases")}</h1>}
      {page.isPending && <Skeleton lines={12} />}
      {page.isError && (isGone || page.data === undefined) && (
        <Absent error={page.error} onRetry={() => void page.refetch()} />
      )}
      {page.data !== undefined && !isGone && <Content key={id} page={page.data} />}
    </>
  );
}
