import { type RefObject, useCallback, useMemo, useState } from "react";
import { type Column, DataGrid } from "../../../kit/data-grid.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import type { StoredEvent } from "../../api/types.ts";
import { EventView } from "../../events/event-view.tsx";
import { eventFields, eventSummary } from "../../events/summary.ts";
import { useKeys } from "../../keys/use-keys.ts";
import { Value } from "../../values/value-menu.tsx";

const SHOWN_CHARACTERS = 300;
const keyOf = (event: StoredEvent) => event.id;

function CellValue({ field, value }: { field: string; value: string }) {
  const text = value.length > SHOWN_CHARACTERS ? `${value.slice(0, SHOWN_CHARACTERS)}…` : value;
  return (
    <Value field={field} value={value}>
      <RawText text={text} />
    </Value>
  );
}

function useEventColumns(extra: readonly string[]): Column<StoredEvent>[] {
  const t = useText();
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: "time",
        header: t("hunt.time"),
        width: "162px",
        render: (event) => (
          <time dateTime={event.time} title={event.time}>
            {format.exact(new Date(event.time))}
          </time>
        ),
      },
      {
        id: "host",
        header: t("hunt.host"),
        width: "minmax(110px, 1fr)",
        render: (event) => (event.host === undefined ? null : <CellValue field="host" value={event.host} />),
      },
      {
        id: "user",
        header: t("hunt.user"),
        width: "minmax(110px, 1fr)",
        render: (event) =>
          event.entities.user === undefined ? null : <CellValue field="user" value={event.entities.user} />,
      },
      ...extra.map(
        (name): Column<StoredEvent> => ({
          id: `field.${name}`,
          header: name,
          width: "minmax(120px, 1.2fr)",
          render: (event) =>
            eventFields(event)
              .find((field) => field.name === name)
              ?.values.slice(0, 3)
              .map((value) => <CellValue key={value} field={name} value={value} />),
        }),
      ),
      {
        id: "what",
        header: t("context.what"),
        width: "minmax(220px, 4fr)",
        render: (event) => {
          const summary = eventSummary(event);
          return summary.field === "raw" ? (
            <RawText text={summary.text.slice(0, SHOWN_CHARACTERS)} />
          ) : (
            <CellValue field={summary.field} value={summary.text} />
          );
        },
      },
    ],
    [t, format, extra],
  );
}

interface ResultsProps {
  readonly events: readonly StoredEvent[];
  readonly total: number | undefined;
  readonly columns: readonly string[];
  readonly onEnd?: () => void;
  /** Told which row the reader is on; the list of a live view stays still then. */
  readonly onCursor?: (id: string | undefined) => void;
  readonly scrollRef?: RefObject<HTMLDivElement | null>;
}

export function Results({ events, total, columns, onEnd, onCursor, scrollRef }: ResultsProps) {
  const t = useText();
  const format = useFormat();
  const [current, setCursor] = useState<string>();
  const setCurrent = (id: string | undefined) => {
    setCursor(id);
    onCursor?.(id);
  };
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const toggle = useCallback(
    (id: string) =>
      setOpen((now) => {
        const next = new Set(now);
        if (!next.delete(id)) next.add(id);
        return next;
      }),
    [],
  );
  const step = (by: 1 | -1) => {
    const at = events.findIndex((event) => event.id === current);
    setCurrent(events[at < 0 ? 0 : Math.max(0, Math.min(events.length - 1, at + by))]?.id);
  };
  useKeys({ next: () => step(1), previous: () => step(-1), open: () => current !== undefined && toggle(current) });
  return (
    <DataGrid
      label={t("hunt.results")}
      columns={useEventColumns(columns)}
      rows={events}
      rowKey={keyOf}
      rowTestId="event-row"
      current={current}
      onCurrent={setCurrent}
      onOpen={toggle}
      rowClass={(event) => (event.exerciseId === undefined ? "" : "exercise")}
      expansion={(event) =>
        open.has(event.id) ? (
          <div className="event-expansion">
            <EventView event={event} />
          </div>
        ) : undefined
      }
      narrow={(event) => (
        <>
          <div className="small quiet">
            <span>{format.exact(new Date(event.time))}</span>
            <span className="truncate">{event.host !== undefined && <RawText text={event.host} />}</span>
          </div>
          <div>
            <span className="truncate">
              <RawText text={eventSummary(event).text.slice(0, SHOWN_CHARACTERS)} />
            </span>
          </div>
        </>
      )}
      onEnd={onEnd}
      total={total}
      {...(scrollRef === undefined ? {} : { scrollRef })}
    />
  );
}
