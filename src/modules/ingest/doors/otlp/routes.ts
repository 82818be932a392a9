import { Fault } from "../../../../kernel/index.ts";
import { type Dialect, type Route, route } from "../../../../platform/http/index.ts";
import { z } from "../../../../platform/schema/index.ts";
import { wholeBody } from "../../body.ts";
import type { Intake } from "../../intake.ts";
import {
  MAX_LINE_BYTES,
  MAX_OTLP_BYTES,
  MAX_OTLP_DELIVERIES_AT_ONCE,
  MAX_OTLP_TEXT_CHARS,
  MAX_OTLP_UNPACKED_BYTES,
  MAX_UNPACK_RATIO,
} from "../../limits.ts";
import { type DoorDeps, DoorQuery, type DoorRequest, header, takeDelivery, written } from "../delivery.ts";
import { Gate } from "../gate.ts";
import { strayRoutes } from "../stray.ts";
import { tokenIn } from "../tokens.ts";
import { tooMuchText } from "./bounds.ts";
import { logsFromJson } from "./from-json.ts";
import { logsFromProtobuf } from "./from-protobuf.ts";
import { groupText, type LogGroup, recordText } from "./logs.ts";
import { bytesField, varintField } from "./wire.ts";

type Encoding = "application/json" | "application/x-protobuf";

function encodingOf(headers: DoorRequest["headers"]): Encoding | undefined {
  const essence = String(headers["content-type"] ?? "")
    .split(";", 1)[0]
    ?.trim()
    .toLowerCase();
  if (essence === "application/json") return essence;
  return essence === "application/x-protobuf" || essence === "application/protobuf"
    ? "application/x-protobuf"
    : undefined;
}

/** google.rpc.Code of the statuses this door answers with. */
const RPC_CODES: Readonly<Record<number, number>> = { 401: 16, 403: 7, 404: 5, 413: 8, 429: 8, 500: 13, 503: 14 };
const INVALID_ARGUMENT = 3;

/** OTLP/HTTP: refusals are a google.rpc.Status in the encoding of the request; 429 and 503 mean "again later". */
const OTLP: Dialect = {
  tokenOf: (authorization) => tokenIn(authorization, ["bearer"]),
  refusal: (fault, asked) => {
    const status = asked.status === 422 ? 400 : asked.status;
    const code = RPC_CODES[status] ?? INVALID_ARGUMENT;
    const message = `${fault.message} [${fault.code}]`;
    if (encodingOf(asked.headers) !== "application/x-protobuf")
      return { status, contentType: "application/json", body: JSON.stringify({ code, message }) };
    const body = Buffer.concat([varintField(1, code), bytesField(2, message)]);
    return { status, contentType: "application/x-protobuf", body };
  },
};

/** OpenTelemetry logs over HTTP, in JSON and protocol buffers. */
export function otlpRoutes(deps: DoorDeps): Route[] {
  const gate = new Gate(MAX_OTLP_DELIVERIES_AT_ONCE);
  return [
    route({
      method: "POST",
      path: "/v1/logs",
      summary: "Send log records as OpenTelemetry exporters do (OTLP/HTTP, JSON or protobuf)",
      access: "events.write",
      audit: "own",
      query: DoorQuery,
      rawBody: true,
      dialect: OTLP,
      ratePerMinute: 60_000,
      reply: z.unknown(),
      handle: (asked) => exportLogs(asked, deps, gate),
    }),
    ...strayRoutes(OTLP, ["/v1/*"]),
  ];
}

async function exportLogs(asked: DoorRequest, deps: DoorDeps, gate: Gate) {
  const encoding = encodingOf(asked.headers);
  if (encoding === undefined)
    throw new Fault("unsupported", "ingest.body.content_type", "send application/x-protobuf or application/json");
  const bounds = {
    contentEncoding: header(asked, "content-encoding"),
    maxBytes: MAX_OTLP_BYTES,
    maxUnpackedBytes: MAX_OTLP_UNPACKED_BYTES,
    maxRatio: MAX_UNPACK_RATIO,
  };
  const rejected = await takeDelivery({ door: "otlp", asked, deps, gate, format: "otlp" }, async (intake) => {
    const body = await wholeBody(asked.raw, bounds);
    const groups = encoding === "application/json" ? logsFromJson(body) : logsFromProtobuf(body);
    await takeGroups(intake, groups);
    return intake.rejectedTotal;
  });
  return written(partialSuccess(rejected, encoding), encoding);
}

/** Resolves when all records are durable but those the intake was told of. */
async function takeGroups(intake: Intake, groups: readonly LogGroup[]): Promise<void> {
  let line = 0;
  let chars = 0;
  for (const group of groups) {
    const shared = groupText(group);
    for (const record of group.records) {
      line++;
      const text = record === undefined ? undefined : recordText(record, shared);
      if (text === undefined || text.length > MAX_LINE_BYTES) {
        intake.reject(line, text === undefined ? "ingest.otlp.too_deep" : "ingest.line.too_long");
        continue;
      }
      chars += text.length;
      if (chars > MAX_OTLP_TEXT_CHARS) throw tooMuchText();
      await intake.add(text, { line, lines: 1 });
    }
  }
  await intake.flush();
}

const REASON = "records that nest too deep or are too long were not taken";

function partialSuccess(rejected: number, encoding: Encoding): string | Buffer {
  if (encoding === "application/json")
    return rejected === 0
      ? "{}"
      : JSON.stringify({ partialSuccess: { rejectedLogRecords: String(rejected), errorMessage: REASON } });
  if (rejected === 0) return Buffer.alloc(0);
  return bytesField(1, Buffer.concat([varintField(1, rejected), bytesField(2, REASON)]));
}
