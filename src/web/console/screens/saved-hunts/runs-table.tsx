import { useFormat } from "../../../kit/i18n/format.ts";
import { hasText, useText } from "../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { Table } from "../../../kit/table.tsx";
import { When } from "../../../kit/when.tsx";
import type { HuntRunList } from "../../api/hunt-types.ts";
import { FaultView } from "../../fault-view.tsx";
import { useHuntRuns } from "./use-saved.ts";

type Run = HuntRunList["items"][number];

function Outcome({ run }: { run: Run }) {
  const t = useText();
  if (run.error !== null) {
    // The catalogue's sentences for faults name limits that a run does not tell
    const key = `saved.run.error.${run.error}`;
    return (
      <span className="bad-text">
        {hasText(key) ? t(key) : t("saved.run.failed")} <code className="small">{run.error}</code>
      </span>
    );
  }
  if (run.truncated) return <span>{t("saved.run.truncated")}</span>;
  return run.raised > 0 ? (
    t("saved.run.raised", { n: run.raised })
  ) : (
    <span className="quiet">{t("saved.run.same")}</span>
  );
}

/** What the schedule did, newest first. */
export function RunsTable({ id }: { id: string }) {
  const t = useText();
  const format = useFormat();
  const runs = useHuntRuns(id);
  if (runs.isPending) return <Skeleton lines={3} />;
  if (runs.isError) return <FaultView error={runs.error} onRetry={() => void runs.refetch()} />;
  const { items } = runs.data;
  if (items.length === 0) return <p className="quiet saved-runs">{t("saved.runs.none")}</p>;
  return (
    <div className="saved-runs" data-testid="hunt-runs">
      <Table
        label={t("saved.runs")}
        rows={items}
        rowKey={(run) => run.at}
        rowTestId="hunt-run-row"
        columns={[
          { id: "at", header: t("saved.runs"), width: "168px", render: (run) => <When at={run.at} as="exact" /> },
          {
            id: "rows",
            header: t("saved.run.rows"),
            width: "72px",
            numeric: true,
            render: (run) => format.number(run.rows),
          },
          { id: "outcome", header: t("saved.run.outcome"), render: (run) => <Outcome run={run} /> },
        ]}
      />
    </div>
  );
}
