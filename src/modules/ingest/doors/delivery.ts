/** What the doors of other products share: whose records these are, and the count of every delivery, refused ones too. */
import type { Door, Instant } from "../../../kernel/index.ts";
import { isFault } from "../../../kernel/index.ts";
import type { Clock } from "../../../platform/clock/index.ts";
import type { Asked, Download } from "../../../platform/http/index.ts";
import { z } from "../../../platform/schema/index.ts";
import { Readable } from "node:stream";
import { Intake, type Sink } from "../intake.ts";
import type { DoorCounters } from "./counters.ts";
import type { Gate } from "./gate.ts";

export interface DoorDeps {
  readonly sink: Sink;
  readonly clock: Clock;
  readonly counters: DoorCounters;
}

/** Shippers add parameters of their own; they are let pass and ignored. */
export const DoorQuery = z.looseObject({
  /** Sensor name; default: the token's sensor, else the token's name. */
  sensor: z.string().trim().min(1).max(120).optional(),
});
export type DoorQuery = z.output<typeof DoorQuery>;

export type DoorRequest = Asked<unknown, DoorQuery, unknown>;

/** Runs one delivery with an intake of its own and counts it, whatever comes of it. */
export async function takeDelivery<Answer>(
  at: {
    readonly door: Door;
    readonly asked: DoorRequest;
    readonly deps: DoorDeps;
    readonly gate: Gate;
    readonly format?: string;
  },
  take: (intake: Intake, receivedAt: Instant) => Promise<Answer>,
): Promise<Answer> {
  const { door, asked, deps, gate, format } = at;
  const sensor = asked.query.sensor ?? asked.who.sensor ?? asked.who.name;
  const receivedAt = deps.clock.now();
  const origin = { door, sensor, receivedAt, peer: asked.peer, sink: deps.sink };
  const intake = new Intake(format === undefined ? origin : { ...origin, format });
  const count = (more: { refused?: boolean; reasons?: ReadonlyMap<string, number> }): void => {
    const { accepted, bytes, reasons, rejectedTotal: rejected } = intake;
    deps.counters.count(door, sensor, { at: receivedAt, accepted, rejected, bytes, reasons, ...more });
  };
  try {
    const answer = await gate.through(() => take(intake, receivedAt));
    count({});
    return answer;
  } catch (error) {
    const refused = isFault(error) && (error.kind === "busy" || error.kind === "unavailable");
    count(refused ? { refused } : { reasons: new Map([...intake.reasons, ["request", 1]]) });
    throw error;
  }
}

export function header(asked: Pick<DoorRequest, "headers">, name: string): string | undefined {
  const value = asked.headers[name];
  return typeof value === "string" ? value : undefined;
}

/** A whole answer that is written out here: large ones are not checked against a schema item by item. */
export function written(body: string | Buffer, contentType: string): Download {
  return { download: Readable.from([typeof body === "string" ? Buffer.from(body) : body]), contentType };
}
