import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Button } from "../../../kit/button.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { api } from "../../api/client.ts";
import type { AroundResponse, StoredEvent } from "../../api/types.ts";
import { eventSummary, logsourceText } from "../../events/summary.ts";
import { FaultView } from "../../fault-view.tsx";
import { term } from "../../values/terms.ts";

const SHOWN_CHARACTERS = 160;
const WINDOW_MS = 15 * 60_000;

function shortened(text: string): string {
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}

function offset(event: StoredEvent, centre: StoredEvent): string {
  const seconds = Math.round((Date.parse(event.time) - Date.parse(centre.time)) / 1000);
  const sign = seconds < 0 ? "−" : "+";
  const rest = Math.abs(seconds);
  return `${sign}${Math.floor(rest / 60)}:${String(rest % 60).padStart(2, "0")}`;
}

/** What else the same host or user did in the quarter of an hour on either side. */
export function PanelContext({ eventId }: { eventId: string }) {
  const t = useText();
  const format = useFormat();
  const navigate = useNavigate();
  const around = useQuery({
    queryKey: ["around", eventId],
    queryFn: ({ signal }) =>
      api.get<AroundResponse>(`/events/${encodeURIComponent(eventId)}/around`, { windowMs: WINDOW_MS }, signal),
  });
  if (around.isPending) return <Skeleton />;
  if (around.isError) return <FaultView error={around.error} onRetry={() => void around.refetch()} />;
  const { event, events, truncated } = around.data;
  const hunt = () => {
    const centre = Date.parse(event.time);
    const q = event.host === undefined ? "" : term("host", event.host);
    const iso = (ms: number) => new Date(ms).toISOString();
    void navigate({ to: "/hunt", search: { q, from: iso(centre - WINDOW_MS), to: iso(centre + WINDOW_MS) } });
  };
  return (
    <div className="stack">
      <div className="row">
        <p className="quiet grow">
          {t("context.about", { n: format.number(events.length) })}
          {truncated && ` ${t("context.truncated")}`}
        </p>
        <Button icon="hunt" onClick={hunt}>
          {t("context.hunt")}
        </Button>
      </div>
      <table className="table context-table" data-testid="context-events">
        <thead>
          <tr>
            <th scope="col" className="num">
              {t("context.offset")}
            </th>
            <th scope="col">{t("context.where")}</th>
            <th scope="col">{t("context.what")}</th>
          </tr>
        </thead>
        <tbody>
          {events.map((each) => (
            <tr
              key={each.id}
              className={each.id === event.id ? "centre" : undefined}
              aria-current={each.id === event.id ? "true" : undefined}
            >
              <td className="num" title={format.exact(new Date(each.time))}>
                {offset(each, event)}
              </td>
              <td>
                <div className="truncate">
                  <RawText text={each.host ?? ""} />
                </div>
                {each.entities.user !== undefined && (
                  <div className="truncate">
                    <RawText text={each.entities.user} />
                  </div>
                )}
                <div className="truncate quiet small">{logsourceText(each.logsource)}</div>
              </td>
              <td>
                <RawText text={shortened(eventSummary(each).text)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
