/** The answers of Splunk's HTTP Event Collector: status, number and text as its documentation lists them. */
import { Fault } from "../../../../kernel/index.ts";
import type { Dialect } from "../../../../platform/http/index.ts";
import { tokenIn } from "../tokens.ts";

const TEXTS: Readonly<Record<number, readonly [status: number, text: string]>> = {
  0: [200, "Success"],
  1: [403, "Token disabled"],
  2: [401, "Token is required"],
  3: [401, "Invalid authorization"],
  4: [403, "Invalid token"],
  5: [400, "No data"],
  6: [400, "Invalid data format"],
  8: [500, "Internal server error"],
  9: [503, "Server is busy"],
  10: [400, "Data channel is missing"],
  11: [400, "Invalid data channel"],
  12: [400, "Event field is required"],
  13: [400, "Event field cannot be blank"],
  15: [400, "Error in handling indexed fields"],
  17: [200, "HEC is healthy"],
  18: [503, "HEC is unhealthy, queues are full"],
  27: [413, "Request entity too large"],
  404: [404, "The requested URL was not found on this server."],
};

/** The whole answer with this number; `event` is the place of the first bad event in the request. */
export function hecAnswer(code: number, more: { readonly ackId?: number; readonly event?: number } = {}): string {
  const { ackId, event } = more;
  return JSON.stringify({
    text: TEXTS[code]?.[1],
    code,
    ...(event === undefined ? {} : { "invalid-event-number": event }),
    ...(ackId === undefined ? {} : { ackId }),
  });
}

/** A refusal with one of the collector's numbers. */
export function hecFault(code: number, event?: number): Fault {
  const detail = TEXTS[code]?.[1] ?? "refused";
  return new Fault("invalid", "ingest.hec.refused", detail, { hec: code, ...(event === undefined ? {} : { event }) });
}

function numberOf(fault: Fault, authorization: unknown): number {
  if (typeof fault.params.hec === "number") return fault.params.hec;
  if (fault.code === "auth.required") return 2;
  if (fault.kind === "unauthenticated")
    return typeof authorization === "string" && /^(?:splunk|basic|bearer) +\S+$/iu.test(authorization) ? 4 : 3;
  if (fault.kind === "forbidden") return 1;
  if (fault.kind === "missing") return 404;
  if (fault.kind === "too_large") return 27;
  if (fault.kind === "busy" || fault.kind === "unavailable") return fault.code === "http.internal" ? 8 : 9;
  return 6;
}

export const SPLUNK: Dialect = {
  tokenOf: (authorization) => tokenIn(authorization, ["splunk", "bearer"]),
  refusal: (fault, { headers }) => {
    const code = numberOf(fault, headers.authorization);
    const { event } = fault.params;
    return {
      status: TEXTS[code]?.[0] ?? 400,
      contentType: "application/json",
      body: hecAnswer(code, typeof event === "number" ? { event } : {}),
    };
  },
};
