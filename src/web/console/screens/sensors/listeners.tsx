import { useQuery } from "@tanstack/react-query";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { Table } from "../../../kit/table.tsx";
import { api } from "../../api/client.ts";
import type { IngestState } from "../../api/types.ts";
import { FaultView } from "../../fault-view.tsx";

const REFRESH_MS = 10_000;

export function useIngestState() {
  return useQuery({
    queryKey: ["sensors", "ingest"],
    queryFn: ({ signal }) => api.get<IngestState>("/ingest", undefined, signal),
    refetchInterval: REFRESH_MS,
  });
}

/** The doors themselves. UDP is the only one that can lose, and what it lost is said. */
export function Listeners() {
  const t = useText();
  const format = useFormat();
  const state = useIngestState();
  if (state.isError) return <FaultView error={state.error} onRetry={() => void state.refetch()} />;
  if (state.data === undefined) return null;
  const { listeners, journal, backlog, eventsPerSecond } = state.data;
  return (
    <div className="listeners" data-testid="listeners">
      <h2>{t("listeners.title")}</h2>
      <Table
        label={t("listeners.title")}
        rows={listeners}
        rowKey={(listener) => listener.name}
        columns={[
          { id: "door", header: t("listeners.door"), render: (listener) => listener.name },
          { id: "address", header: t("listeners.address"), className: "mono", render: (listener) => listener.address },
          {
            id: "received",
            header: t("listeners.received"),
            numeric: true,
            render: (listener) => format.number(listener.received),
          },
          {
            id: "dropped",
            header: t("listeners.dropped"),
            numeric: true,
            className: (listener) => (listener.dropped > 0 ? "bad-text" : ""),
            render: (listener) => format.number(listener.dropped),
          },
          {
            id: "connections",
            header: t("listeners.connections"),
            numeric: true,
            render: (listener) => (listener.connections === null ? "—" : format.number(listener.connections)),
          },
        ]}
      />
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
