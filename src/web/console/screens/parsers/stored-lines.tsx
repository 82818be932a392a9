import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { SelectField } from "../../../kit/field.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { api } from "../../api/client.ts";
import type { EventPage, SensorList } from "../../api/types.ts";
import { FaultView } from "../../fault-view.tsx";
import { term } from "../../values/terms.ts";
import { spanOf } from "../hunt/search.ts";

const FOUND = 50;
const RANGE = "7d";
const SHOWN_CHARACTERS = 300;
const WHAT = ["all", "unread"] as const;

function questionOf(sensor: string, what: string): string {
  return [sensor === "" ? "" : term("sensor", sensor), what === "unread" ? "parse_failure:*" : ""]
    .filter((part) => part !== "")
    .join(" and ");
}

/** Lines as a sensor really sent them: picked one by one, or all at once. */
export function StoredLines({ onPick }: { onPick: (lines: readonly string[]) => void }) {
  const t = useText();
  const [sensor, setSensor] = useState("");
  const [what, setWhat] = useState<string>("all");
  const [asked, setAsked] = useState<{ query: string; from: string; to: string }>();
  const sensors = useQuery({
    queryKey: ["sensors", "list"],
    queryFn: ({ signal }) => api.get<SensorList>("/sensors", undefined, signal),
  });
  const found = useQuery({
    queryKey: ["parser-lines", asked],
    queryFn: ({ signal }) => api.get<EventPage>("/events", { ...asked, limit: FOUND }, signal),
    enabled: asked !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const ask = (event: FormEvent) => {
    event.preventDefault();
    setAsked({ query: questionOf(sensor, what), ...spanOf({ range: RANGE }, Date.now()) });
  };
  const lines = [...new Set(found.data?.items.map(({ raw }) => raw) ?? [])];
  return (
    <div className="stack stored-lines">
      <form className="row wrap stored-lines-form" onSubmit={ask}>
        <SelectField label={t("parsers.sensor")} value={sensor} onChange={(event) => setSensor(event.target.value)}>
          <option value="">{t("parsers.sensor.any")}</option>
          {sensors.data?.items.map(({ name }) => (
            <option key={name}>{name}</option>
          ))}
        </SelectField>
        <SelectField label={t("parsers.stored.what")} value={what} onChange={(event) => setWhat(event.target.value)}>
          {WHAT.map((each) => (
            <option key={each} value={each}>
              {t(`parsers.stored.${each}`)}
            </option>
          ))}
        </SelectField>
        <Button type="submit" icon="hunt" data-testid="stored-find">
          {t("parsers.stored.find")}
        </Button>
      </form>
      {found.isFetching && <Skeleton lines={3} />}
      {found.isError && <FaultView error={found.error} />}
      {found.isSuccess && lines.length === 0 && <p className="quiet">{t("parsers.stored.none")}</p>}
      {lines.length > 0 && (
        <>
          <div className="row">
            <span className="quiet small grow">{t("parsers.stored.found", { n: lines.length })}</span>
            <Button onClick={() => onPick(lines)} data-testid="stored-all">
              {t("parsers.stored.take_all")}
            </Button>
          </div>
          <ul className="stored-list">
            {lines.map((line) => (
              <li key={line}>
                <button type="button" onClick={() => onPick([line])} data-testid="stored-line">
                  <RawText text={line.slice(0, SHOWN_CHARACTERS)} />
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
