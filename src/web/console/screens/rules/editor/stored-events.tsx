import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "../../../../kit/button.tsx";
import { SelectField, TextField } from "../../../../kit/field.tsx";
import { useFormat } from "../../../../kit/i18n/format.ts";
import { useText } from "../../../../kit/i18n/text.tsx";
import { RawText } from "../../../../kit/raw-text.tsx";
import { Skeleton } from "../../../../kit/skeleton.tsx";
import { Table } from "../../../../kit/table.tsx";
import { api } from "../../../api/client.ts";
import type { EventPage } from "../../../api/types.ts";
import { eventSummary } from "../../../events/summary.ts";
import { FaultView } from "../../../fault-view.tsx";
import { spanOf } from "../../hunt/search.ts";

const RANGES = ["1h", "24h", "7d", "30d"] as const;
const FOUND = 50;
const SHOWN_CHARACTERS = 200;

interface StoredEventsProps {
  readonly chosen: readonly string[];
  readonly onChoose: (ids: readonly string[]) => void;
}

function Found({ events, chosen, onChoose }: StoredEventsProps & { events: EventPage["items"] }) {
  const t = useText();
  const format = useFormat();
  const toggle = (id: string) => onChoose(chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id]);
  return (
    <>
      <p className="quiet small">{t("editor.test.chosen", { n: chosen.length, of: events.length })}</p>
      <div className="stored-events">
        <Table
          label={t("editor.test.stored")}
          rows={events}
          rowKey={(event) => event.id}
          columns={[
            {
              id: "pick",
              header: t("grid.select"),
              silentHeader: true,
              width: "32px",
              render: (event) => (
                <input
                  type="checkbox"
                  checked={chosen.includes(event.id)}
                  aria-label={t("grid.select_row")}
                  onChange={() => toggle(event.id)}
                />
              ),
            },
            {
              id: "time",
              header: t("hunt.time"),
              width: "150px",
              render: (event) => format.exact(new Date(event.time)),
            },
            {
              id: "what",
              header: t("context.what"),
              render: (event) => <RawText text={eventSummary(event).text.slice(0, SHOWN_CHARACTERS)} />,
            },
          ]}
        />
      </div>
    </>
  );
}

/** Events of the store, found as in a hunt; all are chosen at first, for the usual wish is "try it on these". */
export function StoredEvents({ chosen, onChoose }: StoredEventsProps) {
  const t = useText();
  const [query, setQuery] = useState("");
  const [range, setRange] = useState<string>("24h");
  const [asked, setAsked] = useState<{ query: string; from: string; to: string }>();
  const found = useQuery({
    queryKey: ["draft-events", asked],
    queryFn: async ({ signal }) => {
      const page = await api.get<EventPage>("/events", { ...asked, limit: FOUND }, signal);
      onChoose(page.items.map((event) => event.id));
      return page;
    },
    enabled: asked !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const search = (event: FormEvent) => {
    event.preventDefault();
    setAsked({ query, ...spanOf({ range }, Date.now()) });
  };
  return (
    <div className="stack">
      <form className="row wrap stored-form" onSubmit={search}>
        <div className="grow">
          <TextField
            label={t("hunt.query")}
            className="input mono"
            spellCheck={false}
            value={query}
            onChange={(event) => setQuery(event.target.value)}
            data-testid="stored-query"
          />
        </div>
        <SelectField label={t("filter.time")} value={range} onChange={(event) => setRange(event.target.value)}>
          {RANGES.map((each) => (
            <option key={each} value={each}>
              {t(`range.${each}`)}
            </option>
          ))}
        </SelectField>
        <Button type="submit" icon="hunt" data-testid="stored-find">
          {t("editor.test.find")}
        </Button>
      </form>
      {found.isFetching && <Skeleton lines={4} />}
      {found.isError && <FaultView error={found.error} />}
      {found.data !== undefined && <Found events={found.data.items} chosen={chosen} onChoose={onChoose} />}
    </div>
  );
}
