import { useQuery } from "@tanstack/react-query";
import { useFormat } from "../../../kit/i18n/format.ts";
import { hasText, type Text, useText } from "../../../kit/i18n/text.tsx";
import { Table, type TableColumn } from "../../../kit/table.tsx";
import { When } from "../../../kit/when.tsx";
import { api } from "../../api/client.ts";
import type { IngestState } from "../../api/types.ts";
import { FaultView } from "../../fault-view.tsx";

const REFRESH_MS = 10_000;
/** A certificate that ends within this time is worth a word. */
const EXPIRY_NOTICE_MS = 21 * 86_400_000;

type Listener = IngestState["listeners"][number];

export function useIngestState() {
  return useQuery({
    queryKey: ["sensors", "ingest"],
    queryFn: ({ signal }) => api.get<IngestState>("/ingest", undefined, signal),
    refetchInterval: REFRESH_MS,
  });
}

export function problemText(problem: NonNullable<Listener["problem"]>, t: Text): string {
  const key = `fault.${problem.code}`;
  return hasText(key) ? t(key, problem.params) : problem.code;
}

/** How many were not taken, with the reasons in words. */
export function Rejections({ listener }: { listener: Listener }) {
  const t = useText();
  const format = useFormat();
  const reasons = Object.entries(listener.rejected).sort(([, a], [, b]) => b - a);
  return (
    <ul className="rejections">
      {reasons.map(([reason, count]) => (
        <li key={reason}>
          {format.number(count)} {hasText(`reject.${reason}`) ? t(`reject.${reason}`) : reason}
        </li>
      ))}
    </ul>
  );
}

function rejectedOf({ rejected }: Listener): number {
  return Object.values(rejected).reduce((sum, count) => sum + count, 0);
}

function useListenerColumns(): TableColumn<Listener>[] {
  const t = useText();
  const format = useFormat();
  return [
    {
      id: "door",
      header: t("listeners.door"),
      names: true,
      render: ({ name }) => (hasText(`door.${name}`) ? t(`door.${name}`) : name),
    },
    { id: "address", header: t("listeners.address"), className: "mono", render: ({ address }) => address },
    {
      id: "accepted",
      header: t("listeners.accepted"),
      numeric: true,
      render: ({ accepted }) => format.number(accepted),
    },
    {
      id: "rejected",
      header: t("listeners.rejected"),
      numeric: true,
      className: (listener) => (rejectedOf(listener) > 0 ? "bad-text" : ""),
      render: (listener) => format.number(rejectedOf(listener)),
    },
    {
      id: "dropped",
      header: t("listeners.dropped"),
      numeric: true,
      className: ({ dropped }) => (dropped > 0 ? "bad-text" : ""),
      render: ({ dropped }) => format.number(dropped),
    },
    { id: "bytes", header: t("listeners.bytes"), numeric: true, render: ({ bytes }) => format.bytes(bytes) },
    {
      id: "connections",
      header: t("listeners.connections"),
      numeric: true,
      render: ({ connections }) => (connections === null ? "—" : format.number(connections)),
    },
    {
      id: "last",
      header: t("listeners.last"),
      render: ({ lastAt }) => (lastAt === null ? "—" : <When at={lastAt} />),
    },
  ];
}

/** What needs somebody: a door in trouble, a certificate about to end, and why lines were not taken. */
function Remarks({ listener }: { listener: Listener }) {
  const t = useText();
  const format = useFormat();
  const name = hasText(`door.${listener.name}`) ? t(`door.${listener.name}`) : listener.name;
  const until = listener.certificateUntil === null ? undefined : new Date(listener.certificateUntil);
  const ends = until !== undefined && until.getTime() - Date.now() < EXPIRY_NOTICE_MS;
  if (listener.problem === null && !ends && rejectedOf(listener) === 0) return null;
  return (
    <div className="listener-remark" data-testid="listener-remark">
      <strong>{name}</strong>
      {listener.problem !== null && <span className="bad-text">{problemText(listener.problem, t)}</span>}
      {ends && <span className="bad-text">{t("listeners.certificate", { at: format.exact(until) })}</span>}
      {rejectedOf(listener) > 0 && <Rejections listener={listener} />}
    </div>
  );
}

/** The doors themselves: what came, what is on disk, what was not taken and why, what was lost. */
export function Listeners() {
  const t = useText();
  const format = useFormat();
  const state = useIngestState();
  const columns = useListenerColumns();
  if (state.isError) return <FaultView error={state.error} onRetry={() => void state.refetch()} />;
  if (state.data === undefined) return null;
  const { listeners, journal, backlog, eventsPerSecond } = state.data;
  return (
    <div className="listeners" data-testid="listeners">
      <h2>{t("listeners.title")}</h2>
      <Table label={t("listeners.title")} rows={listeners} rowKey={({ name }) => name} columns={columns} />
      {listeners.map((listener) => (
        <Remarks key={listener.name} listener={listener} />
      ))}
      <p className="quiet small">
        {t("listeners.journal", {
          rate: format.decimal(eventsPerSecond),
          backlog: format.number(backlog),
          size: format.bytes(journal.bytes),
        })}
      </p>
    </div>
  );
}
