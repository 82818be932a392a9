export { type AuditNote, type Gatekeeper, SESSION_COOKIE } from "./authorise.ts";
export { decodeCursor, encodeCursor } from "./cursor.ts";
export {
  type Access,
  type Asked,
  type Dialect,
  type Download,
  PERMISSIONS,
  type Permission,
  type Principal,
  type Refusal,
  type Route,
  route,
} from "./route.ts";
export { buildHttpServer, type HttpServer, type HttpServerOptions } from "./server.ts";
export { CommaList, Cursor, IsoTime, Limit, pageOf, Problem } from "./shapes.ts";
