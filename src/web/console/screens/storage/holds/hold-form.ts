/** A hold as the form holds it, and as the server takes it. */
import type { HoldInput, HoldScope } from "../../../api/storage-types.ts";

export interface HoldForm {
  readonly name: string;
  readonly reason: string;
  readonly by: "search" | "events";
  readonly query: string;
  /** As an input of date and time has it: without a zone, in the zone of the reader. */
  readonly from: string;
  readonly to: string;
  readonly hosts: string;
  readonly sensors: string;
  readonly events: string;
}

export const EMPTY_HOLD: HoldForm = {
  name: "",
  reason: "",
  by: "search",
  query: "",
  from: "",
  to: "",
  hosts: "",
  sensors: "",
  events: "",
};

/** One a line, or divided by commas, as lists are pasted. */
export function linesOf(text: string): string[] {
  return [
    ...new Set(
      text
        .split(/[\n,;]/u)
        .map((line) => line.trim())
        .filter((line) => line !== ""),
    ),
  ];
}

const EVENT_ID = /^[0-9a-f]{32}$/u;

export function wrongIds(form: HoldForm): readonly string[] {
  return form.by === "events" ? idsOf(form).filter((id) => !EVENT_ID.test(id)) : [];
}

function idsOf({ events }: HoldForm): string[] {
  return linesOf(events.toLowerCase().replaceAll(/\s+/gu, "\n"));
}

export function scopeOf(form: HoldForm): HoldScope {
  if (form.by === "events") return { events: idsOf(form) };
  const { query, from, to, hosts, sensors } = form;
  return {
    query: query.trim(),
    ...(from === "" ? {} : { from: new Date(from).toISOString() }),
    ...(to === "" ? {} : { to: new Date(to).toISOString() }),
    hosts: linesOf(hosts),
    sensors: linesOf(sensors),
  };
}

/** A hold of everything is never meant: nothing would go any more. */
export function isUnbounded(form: HoldForm): boolean {
  const scope = scopeOf(form);
  if ("events" in scope) return scope.events.length === 0;
  return (
    scope.query === "" &&
    scope.from === undefined &&
    scope.to === undefined &&
    scope.hosts.length === 0 &&
    scope.sensors.length === 0
  );
}

export function inputOf(form: HoldForm): HoldInput {
  return { name: form.name.trim(), reason: form.reason.trim(), scope: scopeOf(form) };
}
