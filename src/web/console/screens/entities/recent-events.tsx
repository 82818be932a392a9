import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import { Table } from "../../../kit/table.tsx";
import { When } from "../../../kit/when.tsx";
import type { Entity } from "../../api/investigation-types.ts";
import type { StoredEvent } from "../../api/types.ts";
import { EventDialog } from "../../events/event-dialog.tsx";
import { eventLine, logsourceText } from "../../events/summary.ts";
import type { EntityRef } from "../../values/entities.ts";
import { term } from "../../values/terms.ts";
import type { Span } from "../hunt/search.ts";

const SHOWN_CHARACTERS = 220;

function What({ event }: { event: StoredEvent }) {
  const t = useText();
  const text = eventLine(event);
  return (
    <>
      <div className="event-line">
        {event.exerciseId !== undefined && <span className="tag exercise">{t("exercise.mark")}</span>}{" "}
        <RawText text={text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text} />
      </div>
      <div className="quiet small truncate">
        {[event.host, event.entities.user]
          .filter((part) => part !== undefined)
          .map((part) => (
            <span key={part}>
              <RawText text={part} />{" "}
            </span>
          ))}
        {logsourceText(event.logsource)}
      </div>
    </>
  );
}

interface RecentProps {
  readonly entity: EntityRef;
  readonly page: Entity;
  readonly span: Span;
}

export function RecentEvents({ entity, page, span }: RecentProps) {
  const t = useText();
  const [opened, setOpened] = useState<string>();
  const events = page.recent;
  return (
    <section data-testid="entity-events">
      <div className="row section-head">
        <h2 className="grow">{t("entity_page.recent", { n: events.length })}</h2>
        {page.events > events.length && (
          <Link to="/hunt" search={{ q: term(entity.kind, entity.value), ...span }} className="small">
            {t("entity_page.recent.all", { n: page.events })}
          </Link>
        )}
      </div>
      <Table
        label={t("entity_page.recent", { n: events.length })}
        className="entity-event-table"
        rows={events}
        rowKey={({ id }) => id}
        rowTestId="entity-event"
        columns={[
          {
            id: "time",
            header: t("hunt.time"),
            render: (event) => (
              <button type="button" className="text-button match-time" onClick={() => setOpened(event.id)}>
                <When at={event.time} as="exact" />
              </button>
            ),
          },
          { id: "what", header: t("context.what"), render: (event) => <What event={event} /> },
        ]}
      />
      {opened !== undefined && <EventDialog eventId={opened} onClose={() => setOpened(undefined)} />}
    </section>
  );
}
