import "./process-tree.css";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useMemo, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { Empty } from "../../../kit/empty.tsx";
import { TextField } from "../../../kit/field.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { Split } from "../../../kit/split.tsx";
import { api } from "../../api/client.ts";
import type { AlertedEvents, ProcessTree } from "../../api/investigation-types.ts";
import { useMay } from "../../api/session.ts";
import { FaultView } from "../../fault-view.tsx";
import { useKeys } from "../../keys/use-keys.ts";
import { Value } from "../../values/value-menu.tsx";
import { useSpan } from "../entities/use-span.ts";
import { RangePicker } from "../hunt/range-picker.tsx";
import { ProcessPanel } from "./process-panel.tsx";
import { TREE_RANGE, type TreeSearch } from "./search.ts";
import { type Marks, TreeGrid } from "./tree-grid.tsx";

const AROUND_MS = 12 * 3_600_000;

function useTree(search: TreeSearch, span: { from: string; to: string }) {
  const { event, host } = search;
  const asked = event === undefined ? { host, ...span } : { event };
  return useQuery({
    queryKey: ["process-tree", asked],
    queryFn: ({ signal }) => api.get<ProcessTree>("/process-tree", asked, signal),
    enabled: event !== undefined || host !== undefined,
    retry: false,
  });
}

/** Which of the processes rules matched; without the right to read alerts none is marked. */
function useMarks(tree: ProcessTree | undefined): Marks {
  const may = useMay();
  const starts = (tree?.processes ?? []).map(({ startedAt }) => Date.parse(startedAt));
  const [first] = tree?.processes ?? [];
  const asked = {
    host: first?.host,
    from: starts.length === 0 ? undefined : new Date(Math.min(...starts)).toISOString(),
    to: starts.length === 0 ? undefined : new Date(Math.max(...starts) + 1).toISOString(),
  };
  const marked = useQuery({
    queryKey: ["alerts", "events-of-host", asked],
    queryFn: ({ signal }) => api.get<AlertedEvents>("/alerted-events", asked, signal),
    enabled: first !== undefined && may("alerts.read"),
  });
  return useMemo(() => new Map((marked.data?.items ?? []).map((item) => [item.eventId, item])), [marked.data]);
}

/** All of the host on either side of the process, whenever that was; the same process stays open. */
function hostAround(tree: ProcessTree | undefined, host: string): TreeSearch {
  const root = tree?.processes.find(({ eventId }) => eventId === tree.root);
  if (root === undefined) return { host };
  const iso = (ms: number) => new Date(ms).toISOString();
  const at = Date.parse(root.startedAt);
  return { host, from: iso(at - AROUND_MS), to: iso(at + AROUND_MS), open: root.eventId };
}

/** Nobody has said whose processes: a name of a host is enough. */
function WhichHost() {
  const t = useText();
  const navigate = useNavigate();
  const [host, setHost] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (host.trim() !== "") void navigate({ to: "/process-tree", search: { host: host.trim() } });
  };
  return (
    <form className="tree-which stack" onSubmit={submit} data-testid="tree-which">
      <h2>{t("tree.which.title")}</h2>
      <p className="quiet">{t("tree.which.body")}</p>
      <TextField label={t("tree.which.host")} value={host} onChange={(event) => setHost(event.target.value)} required />
      <div>
        <Button kind="primary" type="submit">
          {t("tree.which.do")}
        </Button>
      </div>
    </form>
  );
}

function TreeNotes({ tree, search, marks }: { tree: ProcessTree; search: TreeSearch; marks: Marks }) {
  const t = useText();
  const format = useFormat();
  const marked = tree.processes.filter(({ eventId }) => marks.has(eventId)).length;
  return (
    <span className="quiet small">
      {t("tree.count", { n: tree.processes.length, marked: format.number(marked) })}
      {tree.truncated && ` ${t(search.event === undefined ? "tree.cut.host" : "tree.cut.family")}`}
    </span>
  );
}

export function ProcessTreeScreen() {
  const t = useText();
  const navigate = useNavigate();
  const search = useSearch({ from: "/process-tree" });
  const span = useSpan(search, TREE_RANGE);
  const tree = useTree(search, span);
  const marks = useMarks(tree.data);
  const { event, host, open } = search;
  const change = (part: TreeSearch, replace = false) =>
    void navigate({ to: "/process-tree", search: (now) => ({ ...now, ...part }), replace });
  const node = tree.data?.processes.find(({ eventId }) => eventId === open);
  const owner = host ?? tree.data?.processes[0]?.host;
  const close = () => change({ open: undefined });
  useKeys(node === undefined ? {} : { close });
  return (
    <div className="tree-page">
      <header className="tree-top row wrap">
        <h1>{t("tree.title")}</h1>
        {owner !== undefined && <Value field="host" value={owner} />}
        {tree.data !== undefined && <TreeNotes tree={tree.data} search={search} marks={marks} />}
        <span className="grow" />
        {event !== undefined && owner !== undefined && (
          <Link
            to="/process-tree"
            search={hostAround(tree.data, owner)}
            className="button"
            data-testid="tree-whole-host"
          >
            {t("tree.whole_host")}
          </Link>
        )}
        {event === undefined && host !== undefined && (
          <RangePicker search={{ ...search, range: search.range ?? TREE_RANGE }} span={span} onChange={change} />
        )}
      </header>
      {event === undefined && host === undefined && <WhichHost />}
      {tree.isLoading && <Skeleton lines={12} />}
      {tree.isError && <FaultView error={tree.error} onRetry={() => void tree.refetch()} />}
      {tree.data?.processes.length === 0 && <Empty title={t("tree.none.title")}>{t("tree.none.body")}</Empty>}
      {tree.data !== undefined && tree.data.processes.length > 0 && (
        <Split
          name="process-tree"
          list={
            <TreeGrid
              key={tree.data.root ?? ""}
              processes={tree.data.processes}
              root={tree.data.root}
              marks={marks}
              opened={node?.eventId}
              onOpen={(eventId, replace) => change({ open: eventId }, replace)}
            />
          }
          panel={
            node === undefined ? undefined : (
              <ProcessPanel key={node.eventId} node={node} mark={marks.get(node.eventId)} onClose={close} />
            )
          }
        />
      )}
    </div>
  );
}
