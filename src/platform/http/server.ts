import cookie from "@fastify/cookie";
import rateLimit from "@fastify/rate-limit";
import fastifyStatic from "@fastify/static";
import swagger from "@fastify/swagger";
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import {
  jsonSchemaTransform,
  jsonSchemaTransformObject,
  serializerCompiler,
  validatorCompiler,
} from "fastify-type-provider-zod";
import { Fault } from "../../kernel/index.ts";
import type { Log } from "../log/index.ts";
import { answerClientError } from "./client-error.ts";
import { authorise, type Gatekeeper, STEP_UP } from "./authorise.ts";
import { asFault, type ProblemBody, toProblem } from "./problem.ts";
import { type Asked, type Dialect, isDownload, type Principal, type Route } from "./route.ts";
import { SECURITY_HEADERS } from "./security-headers.ts";
import { Problem } from "./shapes.ts";

/** The build has files in its root and in `assets`; any other address is a page, and names in it may have dots. */
const BUILT_FILE = /^\/(?:assets\/|[^/]*\.[a-z0-9]+$)/u;

/** The running server: `listen`, `inject`, `close` and the bound address are what others use of it. */
export type HttpServer = FastifyInstance;

export interface HttpServerOptions {
  readonly routes: readonly Route[];
  readonly gatekeeper: Gatekeeper;
  readonly log: Log;
  readonly version: string;
  /** Folder of the built console; absent in tests of the API alone. */
  readonly consoleDir?: string;
  /** Origins besides the listening one that browsers may call from (a TLS-terminating proxy's). */
  readonly publicOrigin?: string;
}

/** JSON bodies; routes with `rawBody` set bounds of their own. */
const BODY_LIMIT_BYTES = 1_048_576;
const DEFAULT_RATE_PER_MINUTE = 600;
/** A request must be there whole by then, however slowly it drips. Answers (exports, server-sent events) may take longer. */
const REQUEST_TIMEOUT_MS = 15 * 60_000;

declare module "fastify" {
  interface FastifyRequest {
    who?: Principal;
    /** The handler was reached: from here on a service with audit `own` tells its refusals itself. */
    handled?: boolean;
  }
}

/** The HTTP face: schema, permission, audit and problem details for every route of the table, in one place. */
export async function buildHttpServer(options: HttpServerOptions): Promise<FastifyInstance> {
  const app = Fastify({
    clientErrorHandler: answerClientError,
    bodyLimit: BODY_LIMIT_BYTES,
    trustProxy: false,
    genReqId: () => crypto.randomUUID(),
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: 65_000,
    routerOptions: { maxParamLength: 512 },
  });
  // Bodies are JSON: a form another site can send without asking first must not be taken for one.
  app.removeContentTypeParser("text/plain");
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  await app.register(cookie);
  await app.register(rateLimit, { global: false });
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "Khiên", version: options.version, license: { name: "Apache-2.0" } },
      components: {
        securitySchemes: {
          session: { type: "apiKey", in: "cookie", name: "khien_session" },
          token: { type: "http", scheme: "bearer" },
        },
      },
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  app.addHook("onSend", async (request, reply) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) reply.header(name, value);
    if (request.url.startsWith("/api/")) reply.header("cache-control", "no-store");
  });
  app.setErrorHandler((error, request, reply) => sendProblem(error, request, { reply, log: options.log }));
  app.setNotFoundHandler((request, reply) => {
    const wantsPage = request.method === "GET" && !request.url.startsWith("/api/") && options.consoleDir !== undefined;
    if (wantsPage && !BUILT_FILE.test(request.url.split("?")[0] ?? ""))
      return reply.header("cache-control", "no-cache").sendFile("index.html");
    return sendProblem(new Fault("missing", "http.route.missing", "no such address"), request, {
      reply,
      log: options.log,
    });
  });
  await app.register(async (scope) => {
    // Routes with `rawBody` read the stream themselves, whatever its media type.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (_request, _payload, done) => done(null, undefined));
    for (const route of options.routes.filter((one) => one.rawBody === true)) mount(scope, route, options);
  });
  for (const route of options.routes.filter((one) => one.rawBody !== true)) mount(app, route, options);
  app.get("/api/v1/openapi.json", { schema: { hide: true } }, async () => app.swagger());
  if (options.consoleDir !== undefined) {
    await app.register(fastifyStatic, {
      root: options.consoleDir,
      wildcard: false,
      // The build lays compressed forms beside the files.
      preCompressed: true,
      setHeaders: (reply, path) => {
        reply.header("cache-control", path.includes("/assets/") ? "public, max-age=31536000, immutable" : "no-cache");
      },
    });
  }
  return app;
}

function mount(app: FastifyInstance, route: Route, options: HttpServerOptions): void {
  const { gatekeeper } = options;
  app.route({
    method: route.method,
    url: route.path,
    schema: {
      summary: route.summary,
      ...(route.unlisted === true ? { hide: true } : {}),
      ...(route.params === undefined ? {} : { params: route.params }),
      ...(route.query === undefined ? {} : { querystring: route.query }),
      ...(route.body === undefined ? {} : { body: route.body }),
      security: securityOf(route),
      response: {
        [route.status ?? 200]: route.reply,
        default: {
          description: "Problem details (RFC 9457)",
          content: { "application/problem+json": { schema: Problem } },
        },
      },
    },
    config: {
      rateLimit: {
        max: route.ratePerMinute ?? DEFAULT_RATE_PER_MINUTE,
        timeWindow: 60_000,
        keyGenerator: (request: FastifyRequest) => `${callerOf(request)}:${route.method}${route.path}`,
      },
    },
    ...(route.dialect === undefined ? {} : dialectHooks(route.dialect, options)),
    onRequest: async (request, reply) => {
      for (const [name, value] of Object.entries(route.dialect?.headers ?? {})) reply.header(name, value);
      request.who = await authorise({ request, route, gatekeeper, publicOrigin: options.publicOrigin });
    },
    onError: async (request, _reply, error) => {
      const fault = asFault(error);
      const denied = fault.kind === "forbidden" || fault.kind === "unauthenticated";
      if (route.audit === "own" && (!denied || request.handled === true)) return;
      if (route.audit === "read" && !denied) return;
      // How a page learns that it has to show the sign-in form; nothing was asked for that could be refused.
      if (route.method === "GET" && route.access === "session" && fault.code === "auth.required") return;
      // Neither is a question back a refusal.
      if (fault.code === STEP_UP) return;
      await gatekeeper.audit({
        who: request.who,
        verb: route.audit === "read" || route.audit === "own" ? `http.${denied ? "denied" : "failed"}` : route.audit,
        outcome: denied ? "denied" : "failed",
        peer: request.ip,
        details: { method: route.method, path: route.path, code: fault.code },
      });
    },
    handler: async (request, reply) => {
      const asked = toAsked(request, reply, options);
      request.handled = true;
      const answer = await handled(route, asked, request);
      if (route.audit !== "read" && route.audit !== "own") {
        await gatekeeper.audit({
          who: asked.who,
          verb: route.audit,
          outcome: "ok",
          peer: asked.peer,
          details: { params: asked.params },
        });
      }
      if (reply.sent) return reply;
      if (isDownload(answer)) return sendDownload(reply, answer);
      reply.code(route.status ?? 200);
      return route.status === 204 ? reply.send() : answer;
    },
  });
}

/** Refusals in the words of the door's protocol. */
function dialectHooks(
  dialect: Dialect,
  options: HttpServerOptions,
): { errorHandler: (error: unknown, request: FastifyRequest, reply: FastifyReply) => FastifyReply } {
  return {
    errorHandler: (error, request, reply) => {
      const fault = asFault(error);
      const { status } = tellOperator(error, request, options.log);
      const refusal = dialect.refusal(fault, { status, headers: request.headers });
      if (fault.retryAfterSeconds !== undefined) reply.header("retry-after", String(fault.retryAfterSeconds));
      return reply
        .code(refusal.status)
        .headers(refusal.headers ?? {})
        .header("content-type", refusal.contentType)
        .serializer((payload: unknown) => payload as string)
        .send(refusal.body);
    },
  };
}

async function handled(
  route: Route,
  asked: Asked<unknown, unknown, unknown>,
  request: FastifyRequest,
): Promise<unknown> {
  try {
    return await route.handle(asked);
  } finally {
    // What the handler left of its body is read and dropped, or the next request would wait behind it for ever.
    if (route.rawBody === true) request.raw.resume();
  }
}

function securityOf({ access }: Route): Record<string, string[]>[] {
  if (access === "public") return [];
  return access === "session" ? [{ session: [] }] : [{ session: [] }, { token: [] }];
}

/** Strangers are told apart by address: one of them must not use up the calls of all. */
function callerOf({ who, ip }: FastifyRequest): string {
  return who === undefined || who.kind === "anonymous" ? `anonymous:${ip}` : `${who.kind}:${who.id}`;
}

function toAsked(
  request: FastifyRequest,
  reply: FastifyReply,
  options: HttpServerOptions,
): Asked<unknown, unknown, unknown> {
  if (request.who === undefined) throw new Error("request reached a handler without a principal");
  const gone = new AbortController();
  // On the response, not on the socket: a kept-alive socket would collect a listener with every request.
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  const secure = request.protocol === "https" || options.publicOrigin?.startsWith("https:") === true;
  return {
    params: request.params,
    query: request.query,
    body: request.body,
    who: request.who,
    peer: request.ip,
    requestId: request.id,
    signal: gone.signal,
    // Leaving off early must not destroy it: the answer and the next request use the same connection.
    raw: request.raw.iterator({ destroyOnReturn: false }),
    headers: request.headers,
    setCookie: (name, value, { maxAgeSeconds }) =>
      reply.setCookie(name, value, { httpOnly: true, sameSite: "strict", path: "/", secure, maxAge: maxAgeSeconds }),
    clearCookie: (name) => reply.clearCookie(name, { path: "/" }),
    setHeader: (name, value) => reply.header(name, value),
  };
}

function sendDownload(
  reply: FastifyReply,
  answer: { download: NodeJS.ReadableStream; contentType: string; fileName?: string },
): FastifyReply {
  reply.header("content-type", answer.contentType);
  if (answer.fileName !== undefined) {
    reply.header("content-disposition", `attachment; filename="${answer.fileName.replace(/[^A-Za-z0-9._-]/gu, "_")}"`);
  }
  // A stream's length is unknown, and its schema is not JSON: the serializer must not touch it.
  return reply.serializer((payload: unknown) => payload as string).send(answer.download);
}

/** A bug is told in full to the operator's log, by the id its caller sees. */
function tellOperator(error: unknown, request: FastifyRequest, log: Log): ProblemBody {
  const problem = toProblem(error, request.id);
  if (problem.status >= 500 && problem.code === "http.internal") {
    log.error(
      {
        request: request.id,
        method: request.method,
        path: request.routeOptions.url,
        error: String((error as Error).stack ?? error),
      },
      "request failed",
    );
  }
  return problem;
}

function sendProblem(error: unknown, request: FastifyRequest, to: { reply: FastifyReply; log: Log }): FastifyReply {
  const problem = tellOperator(error, request, to.log);
  const fault = asFault(error);
  if (fault.retryAfterSeconds !== undefined) to.reply.header("retry-after", String(fault.retryAfterSeconds));
  if (problem.status === 401) to.reply.header("www-authenticate", "Bearer");
  return to.reply
    .code(problem.status)
    .header("content-type", "application/problem+json")
    .serializer(JSON.stringify)
    .send(problem);
}
