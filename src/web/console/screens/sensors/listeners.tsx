import { useQuery } from "@tanstack/react-query";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { TableScroll } from "../../../kit/table-scroll.tsx";
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
      <TableScroll label={t("listeners.title")}>
        <table className="table">
          <thead>
            <tr>
              <th scope="col">{t("listeners.door")}</th>
              <th scope="col">{t("listeners.address")}</th>
              <th scope="col" className="num">
                {t("listeners.received")}
              </th>
              <th scope="col" className="num">
                {t("listeners.dropped")}
              </th>
              <th scope="col" className="num">
                {t("listeners.connections")}
              </th>
            </tr>
          </thead>
          <tbody>
            {listeners.map((listener) => (
              <tr key={listener.name}>
                <td>{listener.name}</td>
                <td className="mono">{listener.address}</td>
                <td className="num">{format.number(listener.received)}</td>
                <td className={listener.dropped > 0 ? "num bad-text" : "num"}>{format.number(listener.dropped)}</td>
                <td className="num">{listener.connections === null ? "—" : format.number(listener.connections)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </TableScroll>
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
