import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { IconButton } from "../../../kit/button.tsx";
import { Icon } from "../../../kit/icon.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { Table } from "../../../kit/table.tsx";
import { When } from "../../../kit/when.tsx";
import { api } from "../../api/client.ts";
import type { LogOnSession } from "../../api/investigation-types.ts";
import type { StoredEvent } from "../../api/types.ts";
import { EventDialog } from "../../events/event-dialog.tsx";
import { eventLine } from "../../events/summary.ts";
import { FaultView } from "../../fault-view.tsx";
import { term } from "../../values/terms.ts";
import { Value } from "../../values/value-menu.tsx";
import { entityKindText } from "../alerts/columns.tsx";
import { doneIn } from "./done.ts";

const SHOWN_EVENTS = 100;
const SHOWN_CHARACTERS = 200;

/** The search that gives the events of the session again. */
function huntOf(session: LogOnSession) {
  const { kind, host, value, events } = session;
  const fields =
    kind === "windows" ? ["TargetLogonId", "LogonId", "SubjectLogonId"] : kind === "auditd" ? ["ses"] : ["pid"];
  const member = fields.map((field) => term(field, value)).join(" or ");
  const last = events.at(-1)?.time ?? session.openedAt ?? new Date().toISOString();
  return {
    q: `${term("host", host)} and ${fields.length > 1 ? `(${member})` : member}`,
    from: session.openedAt ?? events[0]?.time ?? last,
    to: new Date(Date.parse(session.closedAt ?? last) + 1).toISOString(),
  };
}

function Done({ events }: { events: readonly StoredEvent[] }) {
  const t = useText();
  const format = useFormat();
  const tallies = doneIn(events);
  if (tallies.length === 0) return <p className="quiet">{t("sessions.done.nothing")}</p>;
  return (
    <dl className="session-done" data-testid="session-done">
      {tallies.map(({ field, values, more }) => (
        <div key={field}>
          <dt className="quiet small">{entityKindText(field, t)}</dt>
          <dd className="row wrap">
            {values.map(({ value, shown, count }) => (
              <span key={value} title={value}>
                <Value field={field} value={value}>
                  <RawText text={shown} />
                </Value>
                {count > 1 && <span className="quiet"> ×{format.number(count)}</span>}
              </span>
            ))}
            {more > 0 && <span className="quiet">{t("sessions.done.more", { n: format.number(more) })}</span>}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function SessionEvents({ session }: { session: LogOnSession }) {
  const t = useText();
  const format = useFormat();
  const [opened, setOpened] = useState<string>();
  const shown = session.events.slice(0, SHOWN_EVENTS);
  return (
    <section>
      <h3 className="section-head">{t("sessions.events", { n: session.events.length })}</h3>
      {(session.truncated || shown.length < session.events.length) && (
        <p className="quiet small">{t("sessions.events.cut", { n: format.number(shown.length) })}</p>
      )}
      <Table
        label={t("sessions.events", { n: session.events.length })}
        className="session-events"
        rows={shown}
        rowKey={({ id }) => id}
        rowTestId="session-event"
        columns={[
          {
            id: "time",
            header: t("hunt.time"),
            render: (event) => (
              <button type="button" className="text-button match-time" onClick={() => setOpened(event.id)}>
                {format.clock(new Date(event.time))}
              </button>
            ),
          },
          {
            id: "what",
            header: t("context.what"),
            render: (event) => <RawText text={eventLine(event).slice(0, SHOWN_CHARACTERS)} />,
          },
        ]}
      />
      {opened !== undefined && <EventDialog eventId={opened} onClose={() => setOpened(undefined)} />}
    </section>
  );
}

function SessionBody({ session }: { session: LogOnSession }) {
  const t = useText();
  const format = useFormat();
  const { openedAt, closedAt } = session;
  const user = session.events.find(({ entities }) => entities.user !== undefined)?.entities.user;
  const source = session.events.find(({ entities }) => entities.srcIp !== undefined)?.entities.srcIp;
  return (
    <>
      <dl className="facts">
        {user !== undefined && (
          <div>
            <dt>{t("entity.user")}</dt>
            <dd>
              <Value field="user" value={user} />
            </dd>
          </div>
        )}
        <div>
          <dt>{t("entity.host")}</dt>
          <dd>
            <Value field="host" value={session.host} />
          </dd>
        </div>
        {source !== undefined && (
          <div>
            <dt>{t("entity.srcIp")}</dt>
            <dd>
              <Value field="srcIp" value={source} />
            </dd>
          </div>
        )}
        <div>
          <dt>{t("sessions.opened")}</dt>
          <dd>{openedAt === null ? t("sessions.no_opening") : <When at={openedAt} as="exact" />}</dd>
        </div>
        <div>
          <dt>{t("sessions.closed")}</dt>
          <dd>{closedAt === null ? t("sessions.no_closing") : <When at={closedAt} as="exact" />}</dd>
        </div>
        {openedAt !== null && closedAt !== null && (
          <div>
            <dt>{t("sessions.lasted")}</dt>
            <dd>{format.duration((Date.parse(closedAt) - Date.parse(openedAt)) / 1_000)}</dd>
          </div>
        )}
      </dl>
      <div className="row wrap session-ways">
        <Link to="/hunt" search={huntOf(session)} className="button" data-testid="session-hunt">
          <Icon name="hunt" />
          {t("sessions.hunt")}
        </Link>
        <Link to="/sessions" search={{ host: session.host }} className="button">
          {t("sessions.of_host")}
        </Link>
      </div>
      <section>
        <h3 className="section-head">{t("sessions.done")}</h3>
        <Done events={session.events} />
      </section>
      <SessionEvents session={session} />
    </>
  );
}

export function SessionPanel({ event, onClose }: { event: string; onClose: (() => void) | undefined }) {
  const t = useText();
  const session = useQuery({
    queryKey: ["session-of", event],
    queryFn: ({ signal }) => api.get<LogOnSession>("/sessions", { event }, signal),
    retry: false,
  });
  return (
    <section className="panel" aria-label={t("sessions.one")} data-testid="session-panel" data-pivot-first="">
      <header className="panel-head">
        <div className="row">
          <h2 className="grow">{t("sessions.one")}</h2>
          {session.data !== undefined && (
            <span className="tag">
              {t(`sessions.kind.${session.data.kind}`)} <RawText text={session.data.value} />
            </span>
          )}
          {onClose !== undefined && <IconButton icon="close" label={t("action.close_panel")} onClick={onClose} />}
        </div>
      </header>
      <div className="tab-body stack session-body">
        {session.isPending && <Skeleton />}
        {session.isError && <FaultView error={session.error} onRetry={() => void session.refetch()} />}
        {session.data !== undefined && <SessionBody session={session.data} />}
      </div>
    </section>
  );
}
