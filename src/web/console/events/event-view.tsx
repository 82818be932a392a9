import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { CopyButton } from "../../kit/copy-button.tsx";
import { hasText, useText } from "../../kit/i18n/text.tsx";
import { Icon } from "../../kit/icon.tsx";
import { RawText } from "../../kit/raw-text.tsx";
import { When } from "../../kit/when.tsx";
import type { StoredEvent } from "../api/types.ts";
import { nativeName } from "../values/terms.ts";
import { Value } from "../values/value-menu.tsx";
import { EventProof } from "./event-proof.tsx";
import { namesProcess, namesSession } from "./related.ts";
import { eventFields, logsourceText } from "./summary.ts";

function FieldTable({ event }: { event: StoredEvent }) {
  const t = useText();
  const [wanted, setWanted] = useState("");
  const needle = wanted.toLowerCase();
  const fields = eventFields(event).filter(
    (field) =>
      needle === "" ||
      field.name.toLowerCase().includes(needle) ||
      field.values.some((value) => value.toLowerCase().includes(needle)),
  );
  return (
    <section>
      <div className="row section-head">
        <h3 className="grow">{t("event.fields")}</h3>
        <input
          type="search"
          className="input field-filter"
          aria-label={t("event.filter_fields")}
          placeholder={t("event.filter_fields")}
          value={wanted}
          onChange={(change) => setWanted(change.target.value)}
        />
      </div>
      <table className="table field-table">
        <colgroup>
          <col className="field-col" />
          <col />
        </colgroup>
        <thead className="visually-hidden">
          <tr>
            <th scope="col">{t("event.field")}</th>
            <th scope="col">{t("event.value")}</th>
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <tr key={`${field.kind}.${field.name}`} data-testid="field-row">
              <th scope="row" className={`raw ${field.kind}`}>
                <RawText text={field.name} />
              </th>
              <td>
                {field.values.map((value, index) => (
                  <div key={`${index}-${value}`}>
                    <Value field={field.kind === "native" ? nativeName(field.name) : field.name} value={value} />
                  </div>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function RelatedViews({ event }: { event: StoredEvent }) {
  const t = useText();
  const process = namesProcess(event);
  const session = namesSession(event);
  if (!process && !session) return null;
  return (
    <div className="row wrap">
      {process && (
        <Link to="/process-tree" search={{ event: event.id }} className="button" data-testid="event-tree">
          <Icon name="tree" />
          {t("tree.title")}
        </Link>
      )}
      {session && (
        <Link to="/sessions" search={{ event: event.id }} className="button" data-testid="event-session">
          <Icon name="session" />
          {t("sessions.one")}
        </Link>
      )}
    </div>
  );
}

/** The raw record byte for byte as text, then everything read out of it. */
export function EventView({ event }: { event: StoredEvent }) {
  const t = useText();
  const { timeMissing, logsource, sensor, parseFailure } = event;
  const reason = parseFailure === undefined ? "" : hasText(parseFailure) ? t(parseFailure) : parseFailure;
  const facts = [
    timeMissing === true ? t("event.time_missing") : "",
    logsourceText(logsource),
    sensor,
    reason === "" ? "" : t("event.unparsed", { reason }),
  ].filter((fact) => fact !== "");
  return (
    <div className="stack event-view" data-testid="event-view">
      <p className="quiet small">
        <When at={event.time} as="both" /> · {facts.join(" · ")}
      </p>
      <RelatedViews event={event} />
      <FieldTable event={event} />
      <section>
        <div className="row section-head">
          <h3 className="grow">{t("event.raw")}</h3>
          <CopyButton text={event.raw} />
        </div>
        {/* A scrollable region must be reachable by keyboard */}
        <pre className="raw-box" tabIndex={0} aria-label={t("event.raw")}>
          <RawText text={event.raw} block />
        </pre>
      </section>
      <EventProof eventId={event.id} />
    </div>
  );
}
