import { type ExerciseId, Fault } from "../../kernel/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import { type Principal, type Route, route } from "../../platform/http/index.ts";
import { z } from "../../platform/schema/index.ts";
import type { DoorCounters } from "./doors/counters.ts";
import type { Sink } from "./intake.ts";
import { parserRoutes } from "./parser-routes.ts";
import { receiveBatch } from "./receive.ts";
import { IngestState, ReceiveQuery, ReceiveResult, Sensor, SensorChange, SensorHealth, SensorList } from "./schemas.ts";
import type { Sensors } from "./sensors.ts";

export interface IngestRouteDeps {
  readonly sensors: Sensors;
  readonly sink: Sink;
  readonly clock: Clock;
  readonly counters: DoorCounters;
  /** Journal, listeners and backlog as they are now. */
  readonly state: () => Promise<z.input<typeof IngestState>>;
}

/** Marks the lines of an exercise; taken only from the program's own replay. */
export const EXERCISE_HEADER = "x-khien-exercise";
const NameParams = z.object({ name: z.string().min(1).max(120) });

export function ingestRoutes({ sensors, sink, clock, counters, state }: IngestRouteDeps): Route[] {
  return [
    route({
      method: "POST",
      path: "/api/v1/events",
      summary: "Send log lines: NDJSON, JSON or plain text, plain, gzip or zstd",
      access: "events.write",
      // One audit entry per delivery would drown the log; what came in is in the journal, by sensor and time.
      audit: "own",
      query: ReceiveQuery,
      rawBody: true,
      ratePerMinute: 60_000,
      reply: ReceiveResult,
      handle: async ({ query, raw, headers, who, peer }) => {
        const exerciseId = exerciseOf(headers[EXERCISE_HEADER], who);
        const sensor = query.sensor ?? who.sensor ?? who.name;
        const receivedAt = clock.now();
        const receipt = await receiveBatch({
          body: raw,
          contentType: headers["content-type"] as string | undefined,
          contentEncoding: headers["content-encoding"] as string | undefined,
          sensor,
          peer,
          receivedAt,
          sink,
          ...(query.source === undefined ? {} : { source: query.source }),
          ...(query.firstLine === undefined ? {} : { firstLine: query.firstLine }),
          ...(query.format === undefined ? {} : { format: query.format }),
          ...(exerciseId === undefined ? {} : { exerciseId }),
        });
        const { kind } = receipt.stopped ?? {};
        const refused = kind === "busy" || kind === "unavailable";
        const told = {
          accepted: receipt.accepted,
          rejected: receipt.rejectedTotal,
          refused,
          at: receivedAt,
          bytes: receipt.bytes,
          reasons: receipt.reasons,
        };
        // An exercise never counts for the real sensor whose name its lines carry.
        if (exerciseId === undefined) counters.count("http", sensor, told);
        if (receipt.stopped !== undefined) throw withProgress(receipt.stopped, receipt);
        return { accepted: receipt.accepted, rejected: [...receipt.rejected], rejectedTotal: receipt.rejectedTotal };
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/ingest",
      summary: "Doors, journal and backlog",
      access: "sensors.read",
      audit: "read",
      reply: IngestState,
      handle: state,
    }),
    route({
      method: "GET",
      path: "/api/v1/sensors",
      summary: "What sends logs here, and how it is doing",
      access: "sensors.read",
      audit: "read",
      reply: SensorList,
      handle: async () => ({ items: await sensors.list() }),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/sensors/:name",
      summary: "State a sensor's expected rhythm, maintenance or importance, or note something about it",
      access: "sensors.write",
      audit: "own",
      params: NameParams,
      body: SensorChange,
      reply: Sensor,
      handle: async ({ params, body, who, peer }) => sensors.change(params.name, body, { who, peer }),
    }),
    route({
      method: "GET",
      path: "/api/v1/sensors/:name/health",
      summary: "One sensor: rhythm, sources, silences, failures and what is usual",
      access: "sensors.read",
      audit: "read",
      params: NameParams,
      reply: SensorHealth,
      handle: async ({ params }) => sensors.health(params.name),
    }),
    ...parserRoutes({ sensors, clock }),
  ];
}

/** The rest of a delivery was not taken: the answer says how much stands, so that nothing is lost without a word. */
function withProgress(
  fault: Fault,
  receipt: { accepted: number; rejectedTotal: number; stoppedAtLine?: number },
): Fault {
  const params = {
    ...fault.params,
    accepted: receipt.accepted,
    rejected: receipt.rejectedTotal,
    stoppedAtLine: receipt.stoppedAtLine ?? null,
  };
  return new Fault(
    fault.kind,
    fault.code,
    `${fault.message}; ${receipt.accepted} lines before it are kept`,
    params,
    fault.retryAfterSeconds,
  );
}

function exerciseOf(header: string | string[] | undefined, who: Principal): ExerciseId | undefined {
  if (header === undefined) return undefined;
  if (who.kind !== "system" || typeof header !== "string" || !/^[0-9a-f-]{36}$/u.test(header)) {
    throw new Fault(
      "forbidden",
      "ingest.exercise.foreign",
      "only a running exercise of this program may mark lines as an exercise",
    );
  }
  return header as ExerciseId;
}
