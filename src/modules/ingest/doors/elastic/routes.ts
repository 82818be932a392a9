import { type Route, route } from "../../../../platform/http/index.ts";
import { z } from "../../../../platform/schema/index.ts";
import { openBody } from "../../body.ts";
import { MAX_BULK_BYTES, MAX_BULK_UNPACKED_BYTES, MAX_DELIVERIES_AT_ONCE, MAX_UNPACK_RATIO } from "../../limits.ts";
import { type DoorDeps, DoorQuery, type DoorRequest, header, takeDelivery, written } from "../delivery.ts";
import { Gate } from "../gate.ts";
import { bulkAnswer, takeBulk } from "./bulk.ts";
import { answerType, ELASTIC } from "./dialect.ts";
import { nothingHere, strayRoutes } from "../stray.ts";
import { acknowledged, QUESTIONS, SETUPS } from "./handshake.ts";

const PREFIX = "/elastic";
const Name = z.object({ name: z.string().min(1).max(512) });
const Anything = z.unknown();
/** Shippers ask for several things at every start, and there may be thousands of them behind one address. */
const HANDSHAKES_PER_MINUTE = 6_000;

interface GatedDeps extends DoorDeps {
  readonly gate: Gate;
}

/** The Elasticsearch door: bulk, and what its shippers ask first. */
export function elasticRoutes(deps: DoorDeps): Route[] {
  const gated = { ...deps, gate: new Gate(MAX_DELIVERIES_AT_ONCE) };
  return [
    ...(["POST", "PUT"] as const).flatMap((method) => bulkRoutes(method, gated)),
    ...handshake(),
    ...strayRoutes(ELASTIC, [`${PREFIX}/*`]),
  ];
}

/** No index is called so: an address of the API that is not spoken here must not look like one. */
function checkIndexName(name: string): void {
  if (name.startsWith("_")) throw nothingHere();
}

function bulkRoutes(method: "POST" | "PUT", deps: GatedDeps): Route[] {
  const shared = {
    method,
    summary: "Send log records as Elasticsearch's bulk API takes them (index and create)",
    access: "events.write",
    audit: "own",
    query: DoorQuery,
    rawBody: true,
    dialect: ELASTIC,
    ratePerMinute: 60_000,
    reply: Anything,
    ...(method === "PUT" ? { unlisted: true as const } : {}),
  } as const;
  return [
    route({ ...shared, path: `${PREFIX}/_bulk`, handle: (asked) => bulk(asked, deps, "khien") }),
    route({
      ...shared,
      path: `${PREFIX}/:name/_bulk`,
      params: Name,
      handle: (asked) => bulk(asked, deps, asked.params.name),
    }),
  ];
}

async function bulk(asked: DoorRequest, deps: GatedDeps, defaultIndex: string) {
  const body = openBody(asked.raw, {
    contentEncoding: header(asked, "content-encoding"),
    maxBytes: MAX_BULK_BYTES,
    maxUnpackedBytes: MAX_BULK_UNPACKED_BYTES,
    maxRatio: MAX_UNPACK_RATIO,
  });
  const text = await takeDelivery({ door: "elastic", asked, deps, gate: deps.gate }, async (intake, startedAt) => {
    const items = await takeBulk(intake, body, defaultIndex);
    const brief = typeof asked.query.filter_path === "string" && asked.query.filter_path.includes("items");
    return bulkAnswer(items, { tookMs: deps.clock.now() - startedAt, brief });
  });
  return written(text, answerType(header(asked, "accept")));
}

function handshake(): Route[] {
  const shared = {
    summary: "What shippers ask before they send",
    access: "events.write",
    dialect: ELASTIC,
    ratePerMinute: HANDSHAKES_PER_MINUTE,
    unlisted: true,
    reply: Anything,
  } as const;
  const questions = QUESTIONS.map(({ path, answer }) =>
    route({
      ...shared,
      method: "GET",
      path: `${PREFIX}${path}`,
      audit: "read",
      ...(path.includes(":name") ? { params: Name } : {}),
      handle: async (asked) => {
        const { name = "" } = asked.params as { name?: string };
        if (path === "/:name") checkIndexName(name);
        const told = answer({ name, host: header(asked, "host") ?? "" });
        return written(JSON.stringify(told), answerType(header(asked, "accept")));
      },
    }),
  );
  const setups = SETUPS.map((path) =>
    route({
      ...shared,
      method: "PUT",
      path: `${PREFIX}${path}`,
      audit: "own",
      params: Name,
      rawBody: true,
      handle: async ({ params }) => {
        if (path === "/:name") checkIndexName(params.name);
        return acknowledged();
      },
    }),
  );
  return [...questions, ...setups];
}
