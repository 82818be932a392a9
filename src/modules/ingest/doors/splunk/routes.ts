import { type Route, route } from "../../../../platform/http/index.ts";
import { z } from "../../../../platform/schema/index.ts";
import { openBody, wholeBody } from "../../body.ts";
import type { Intake } from "../../intake.ts";
import {
  MAX_DELIVERIES_AT_ONCE,
  MAX_HEC_ACK_BYTES,
  MAX_HEC_ACKS,
  MAX_HEC_BYTES,
  MAX_HEC_UNPACKED_BYTES,
  MAX_UNPACK_RATIO,
} from "../../limits.ts";
import { type DoorDeps, DoorQuery, type DoorRequest, header, takeDelivery, written } from "../delivery.ts";
import { Gate } from "../gate.ts";
import { AckChannels, isChannel } from "./channels.ts";
import { hecAnswer, hecFault, SPLUNK } from "./dialect.ts";
import { strayRoutes } from "../stray.ts";
import { rawMetadata, takeEvents, takeRaw } from "./take.ts";

const PREFIX = "/services/collector";
const Anything = z.unknown();
const AckQuestion = z.object({ acks: z.array(z.int().min(0)).max(MAX_HEC_ACKS) });
const SHARED = { access: "events.write", dialect: SPLUNK, query: DoorQuery, reply: Anything } as const;

/** The Splunk HTTP Event Collector: events, raw lines, health, acknowledgement. */
export function splunkRoutes(deps: DoorDeps): Route[] {
  const channels = new AckChannels();
  const gate = new Gate(MAX_DELIVERIES_AT_ONCE);
  const taking = { ...SHARED, method: "POST", audit: "own", rawBody: true, ratePerMinute: 60_000 } as const;
  const events = ["", "/event", "/event/1.0"].map((path) =>
    route({
      ...taking,
      path: `${PREFIX}${path}`,
      summary: "Send log records as Splunk's HTTP Event Collector takes them",
      handle: (asked) => collect({ asked, deps, channels, gate }, takeEvents),
    }),
  );
  const raw = ["/raw", "/raw/1.0"].map((path) =>
    route({
      ...taking,
      path: `${PREFIX}${path}`,
      summary: "Send log lines as Splunk's HTTP Event Collector takes them",
      handle: (asked) =>
        collect({ asked, deps, channels, gate }, (intake, body) => takeRaw(intake, body, rawMetadata(asked.query))),
    }),
  );
  const health = ["/health", "/health/1.0"].map((path) =>
    route({
      ...SHARED,
      method: "GET",
      path: `${PREFIX}${path}`,
      summary: "Whether the collector takes events",
      audit: "read",
      handle: async () => written(hecAnswer(17), "application/json"),
    }),
  );
  const ack = route({
    ...taking,
    path: `${PREFIX}/ack`,
    summary: "Which deliveries of a channel are durable",
    handle: (asked) => acknowledge(asked, channels),
  });
  const bare = strayRoutes(SPLUNK, [PREFIX]).filter(({ method }) => method !== "POST");
  const stray = [...bare, ...strayRoutes(SPLUNK, [`${PREFIX}/*`])];
  return [...events, ...raw, ...health, ack, ...stray];
}

/** Clients name their channel in a header or in the address. */
function channelOf(asked: DoorRequest): string | undefined {
  const { channel = header(asked, "x-splunk-request-channel") } = asked.query;
  if (channel === undefined || channel === "") return undefined;
  if (typeof channel !== "string" || !isChannel(channel)) throw hecFault(11);
  return channel;
}

async function collect(
  at: { readonly asked: DoorRequest; readonly deps: DoorDeps; readonly channels: AckChannels; readonly gate: Gate },
  take: (intake: Intake, body: AsyncIterable<Uint8Array>) => Promise<void>,
) {
  const { asked, deps, channels, gate } = at;
  const channel = channelOf(asked);
  const body = openBody(asked.raw, {
    contentEncoding: header(asked, "content-encoding"),
    maxBytes: MAX_HEC_BYTES,
    maxUnpackedBytes: MAX_HEC_UNPACKED_BYTES,
    maxRatio: MAX_UNPACK_RATIO,
  });
  await takeDelivery({ door: "splunk", asked, deps, gate }, (intake) => take(intake, body));
  const told = channel === undefined ? {} : { ackId: channels.give(asked.who.id, channel) };
  return written(hecAnswer(0, told), "application/json");
}

async function acknowledge(asked: DoorRequest, channels: AckChannels) {
  const channel = channelOf(asked);
  if (channel === undefined) throw hecFault(10);
  const body = await wholeBody(asked.raw, {
    contentEncoding: header(asked, "content-encoding"),
    maxBytes: MAX_HEC_ACK_BYTES,
    maxUnpackedBytes: MAX_HEC_ACK_BYTES,
    maxRatio: MAX_UNPACK_RATIO,
  });
  const question = AckQuestion.safeParse(parsed(body.toString("utf8")));
  if (!question.success) throw hecFault(6);
  const acks = Object.fromEntries(question.data.acks.map((id) => [id, channels.given(asked.who.id, channel, id)]));
  return written(JSON.stringify({ acks }), "application/json");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
