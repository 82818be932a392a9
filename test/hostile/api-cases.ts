/** Calls of the JSON API by someone who is signed in and means harm. */
import type { Expected, HostileCase } from "./case.ts";
import { INJECTIONS } from "./payloads.ts";

const JSON_TYPE = { "content-type": "application/json" };

function call(
  name: string,
  how: { method?: string; path: string; body?: string | (() => string); headers?: Record<string, string> },
  expect: Expected,
): HostileCase {
  return {
    name,
    expect,
    ask: async (target) => {
      const { method = "GET", path, headers, body } = how;
      const sent = typeof body === "function" ? body() : body;
      const answer = await target.admin().ask(method, path, {
        ...(sent === undefined ? {} : { body: sent, headers: JSON_TYPE }),
        ...(headers === undefined ? {} : { headers }),
      });
      return { status: answer.status, text: answer.text };
    },
  };
}

const ok: Expected = { status: [200] };
const unfit: Expected = { status: [422], code: "http.request.invalid" };
const either: Expected = { status: [200, 422] };
const of = (text: string): string => encodeURIComponent(text.toWellFormed());

const QUERIES: readonly [text: string, expect: Expected][] = [
  ["'; DROP TABLE events; --", either],
  ['" OR "1"="1', either],
  ["user:x') OR 1=1 --", either],
  ["fields.x'y:1", either],
  ['fields."a"]);select:1', either],
  ["__proto__:1 constructor:* toString:x", ok],
  ["host:*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", ok],
  [`raw:${"*a".repeat(500)}`, either],
  [`host:${"?".repeat(1_000)}`, either],
  ["(a+)+$ ^(a|a)*b .*.*.*=", either],
  [`${"(".repeat(2_000)}a${")".repeat(2_000)}`, { status: [422] }],
  ["(".repeat(4_000), { status: [422] }],
  ["not ".repeat(1_000), { status: [422] }],
  ["a ".repeat(1_000), { status: [422] }],
  ['"'.repeat(999), { status: [422] }],
  ["src_ip:999.999.999.999/99", either],
  ["src_ip:::/0 dst_ip:0.0.0.0/0", either],
  ["bytes:[1 TO", { status: [422] }],
  ["bytes:>1e999 bytes:<-1e999 EventID:NaN", either],
  ["time:>9999-99-99", either],
  ["%00\u0000", either],
  ["\u202e\u0000\u001b[31m", either],
  [":", either],
  ["::::", either],
  ["\\".repeat(500), either],
  ["x".repeat(4_097), unfit],
];

const searches: readonly HostileCase[] = [
  ...QUERIES.map(([text, expect]) =>
    call(`query ${JSON.stringify(text.slice(0, 40))}`, { path: `/api/v1/events?query=${of(text)}` }, expect),
  ),
  ...Object.entries(INJECTIONS).map(([name, text]) =>
    call(`query: ${name}`, { path: `/api/v1/events?query=${of(`"${text.replaceAll('"', '""')}"`)}` }, either),
  ),
  call("query of broken percent signs", { path: "/api/v1/events?query=%ED%A0%80%FF%zz" }, { status: [200, 400, 422] }),
  call("a query given twice", { path: "/api/v1/events?query=a&query=b" }, unfit),
  call("a query that is an object", { path: "/api/v1/events?query[$gt]=&query[__proto__]=1" }, ok),
  ...["0", "-1", "1001", "1e9", "NaN", "0x10", "", "1;2"].map((limit) =>
    call(`limit ${limit || "empty"}`, { path: `/api/v1/events?limit=${limit}` }, limit === "0x10" ? either : unfit),
  ),
  ...["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"].map((from) =>
    call(`from ${from}`, { path: `/api/v1/events?from=${from}` }, either),
  ),
  ...["tomorrow", "-1", "1e999", "2026-13-45T00:00:00Z", "+275760-09-13T00:00:00Z"].map((from) =>
    call(`from ${from}`, { path: `/api/v1/events?from=${of(from)}` }, unfit),
  ),
  call(
    "a range that ends before it begins",
    { path: "/api/v1/events?from=2030-01-01T00:00:00Z&to=2020-01-01T00:00:00Z" },
    either,
  ),
  call(
    "a histogram of all time in 500 buckets",
    { path: "/api/v1/events/histogram?from=0001-01-01T00:00:00Z&to=9999-12-31T00:00:00Z&buckets=500" },
    ok,
  ),
  call("top of a field with quotes", { path: `/api/v1/events/top?field=${of(`x"'); DROP TABLE events; --`)}` }, ok),
  call("top of __proto__", { path: "/api/v1/events/top?field=__proto__" }, ok),
  call("fields of everything", { path: "/api/v1/events/fields" }, ok),
  call("around nothing", { path: `/api/v1/events/${"0".repeat(32)}/around?windowMs=1000` }, { status: [404] }),
  call("around with a negative window", { path: `/api/v1/events/${"0".repeat(32)}/around?windowMs=-1` }, unfit),
];

const base64 = (value: string): string => Buffer.from(value).toString("base64url");
const CURSORS = [
  "x",
  "....",
  base64("{}"),
  base64("[]"),
  base64("null"),
  base64('{"__proto__":{"offset":1}}'),
  base64('{"offset":-1}'),
  base64('{"offset":1e308}'),
  base64('{"sort":1e999,"lastSeen":"x","id":1}'),
  base64(`{"sort":0,"lastSeen":0,"id":"' OR 1=1 --"}`),
  base64('{"time":0,"id":"x"}'),
  base64("[".repeat(5_000)),
  "a".repeat(150),
  "%00",
  "../../x",
];
const cursors: readonly HostileCase[] = ["/api/v1/events", "/api/v1/alerts", "/api/v1/rules", "/api/v1/audit"].flatMap(
  (path) =>
    CURSORS.map((cursor) =>
      call(
        `cursor ${cursor.slice(0, 24)} at ${path}`,
        { path: `${path}?cursor=${of(cursor)}` },
        { status: [200, 422] },
      ),
    ),
);

const IDS = [
  "..",
  "../../../etc/passwd",
  "'%20OR%201=1",
  "__proto__",
  "%00",
  "0".repeat(33),
  "x".repeat(500),
  "%f0%9f%98%80",
  "constructor",
  "-1",
];
const ids: readonly HostileCase[] = [
  "/api/v1/events/",
  "/api/v1/alerts/",
  "/api/v1/rules/",
  "/api/v1/rules/imports/",
  "/api/v1/exercises/",
  "/api/v1/findings/",
].flatMap((path) =>
  IDS.map((id) =>
    call(
      `id ${id.slice(0, 24)} at ${path}`,
      { path: `${path}${id.includes("%") ? id : of(id)}${path.includes("findings") ? "/explanation" : ""}` },
      { status: [400, 404, 422] },
    ),
  ),
);

const act = (name: string, body: unknown, expect: Expected): HostileCase =>
  call(
    `action: ${name}`,
    {
      method: "POST",
      path: "/api/v1/alerts/actions",
      body: () => (typeof body === "string" ? body : JSON.stringify(body)),
    },
    expect,
  );
const many = (count: number): string[] => Array.from({ length: count }, (_, n) => `unknown-${n}`);
const actions: readonly HostileCase[] = [
  act(
    "1,000 unknown ids",
    { ids: many(1_000), do: { action: "take" } },
    {
      status: [200],
      holds: ({ text }) =>
        (JSON.parse(text) as { refused: unknown[] }).refused.length === 1_000
          ? undefined
          : "not every id is told about",
    },
  ),
  act("1,001 ids", { ids: many(1_001), do: { action: "take" } }, unfit),
  act("the same id 1,000 times", { ids: Array.from({ length: 1_000 }, () => "x"), do: { action: "take" } }, ok),
  act("no ids", { ids: [], do: { action: "take" } }, unfit),
  act("ids of other types", { ids: [1, null, {}, ["x"]], do: { action: "take" } }, unfit),
  act("ids that are SQL", { ids: ["' OR 1=1 --", "\u0000", "__proto__"], do: { action: "take" } }, ok),
  act("an unknown deed", { ids: ["x"], do: { action: "__proto__" } }, unfit),
  act("an unknown reason", { ids: ["x"], do: { action: "close", reason: "constructor" } }, unfit),
  act("an unknown assignee", { ids: ["x"], do: { action: "assign", assignee: "../admin" } }, ok),
  act("a note of 10,001 characters", { ids: ["x"], do: { action: "note", note: "n".repeat(10_001) } }, unfit),
  act("a body of 2 MB", " ".repeat(2_000_000), { status: [413] }),
  act("JSON 100,000 deep", `{"ids":["x"],"do":${'{"action":'.repeat(100_000)}1${"}".repeat(100_000)}}`, {
    status: [400, 413, 422],
  }),
  act("__proto__ in the body", '{"ids":["x"],"do":{"action":"take"},"__proto__":{"isAdmin":true}}', {
    status: [200, 400, 422],
  }),
  act("constructor.prototype in the body", '{"ids":["x"],"do":{"action":"take","constructor":{"prototype":{"x":1}}}}', {
    status: [200, 400, 422],
  }),
  act("no JSON", "{ids:", { status: [400] }),
  act("nothing", "", { status: [400, 422] }),
  act("an array", "[]", unfit),
  act("equal keys", '{"ids":["x"],"ids":[],"do":{"action":"take"}}', unfit),
  call(
    "action: as a form",
    {
      method: "POST",
      path: "/api/v1/alerts/actions",
      body: "ids=x&do=take",
      headers: { "content-type": "application/x-www-form-urlencoded" },
    },
    { status: [415] },
  ),
  call(
    "action: as text",
    {
      method: "POST",
      path: "/api/v1/alerts/actions",
      body: '{"ids":["x"],"do":{"action":"take"}}',
      headers: { "content-type": "text/plain" },
    },
    { status: [415] },
  ),
  call(
    "action: from another site",
    {
      method: "POST",
      path: "/api/v1/alerts/actions",
      body: '{"ids":["x"],"do":{"action":"take"}}',
      headers: { ...JSON_TYPE, origin: "https://evil.example" },
    },
    { status: [403], code: "auth.origin.foreign" },
  ),
  call(
    "action: with a wrong CSRF token",
    {
      method: "POST",
      path: "/api/v1/alerts/actions",
      body: '{"ids":["x"],"do":{"action":"take"}}',
      headers: { ...JSON_TYPE, "x-csrf-token": "A".repeat(43) },
    },
    { status: [403], code: "auth.csrf.invalid" },
  ),
  call(
    "undo of nothing",
    { method: "POST", path: "/api/v1/alerts/undo", body: '{"undoId":"\' OR 1=1 --"}' },
    { status: [200, 404, 409, 422] },
  ),
];

const post = (name: string, path: string, body: unknown, expect: Expected): HostileCase =>
  call(name, { method: "POST", path, body: JSON.stringify(body) }, expect);
const person = (over: object): object => ({
  username: "hostile",
  displayName: "x",
  role: "viewer",
  password: "con mèo ngủ trên mái",
  ...over,
});
const people: readonly HostileCase[] = [
  ...["аdmin", "Admin", "a", "../x", "x y", "x\u0000y", "\u202eadmin", "a".repeat(65), "-x", "<b>", "__proto__"].map(
    (username) =>
      post(`username ${JSON.stringify(username.slice(0, 20))}`, "/api/v1/users", person({ username }), unfit),
  ),
  post("role of none", "/api/v1/users", person({ role: "root" }), {
    status: [404],
    code: "auth.role.missing",
  }),
  post("a short password", "/api/v1/users", person({ password: "short" }), { status: [422] }),
  post("a password of 2,000 characters", "/api/v1/users", person({ password: "x".repeat(2_000) }), unfit),
  post(
    "a password of signs from everywhere",
    "/api/v1/users",
    person({ username: "unicode-password", password: `пароль密碼mật khẩu😀`.repeat(8) }),
    { status: [201] },
  ),
  post(
    "a name that is HTML",
    "/api/v1/users",
    person({ username: "html-name", displayName: "<script>alert(1)</script>" }),
    { status: [201] },
  ),
  post("a name of 121 characters", "/api/v1/users", person({ displayName: "x".repeat(121) }), unfit),
  post("sign-in with objects", "/api/v1/session", { username: { $gt: "" }, password: { $gt: "" } }, { status: [422] }),
  post(
    "sign-in with SQL",
    "/api/v1/session",
    { username: "' OR 1=1 --", password: "' OR 1=1 --" },
    { status: [401, 429] },
  ),
  post(
    "sign-in with NUL",
    "/api/v1/session",
    { username: "admin\u0000", password: "x\u0000" },
    { status: [401, 422, 429] },
  ),
  post(
    "sign-in with a long password",
    "/api/v1/session",
    { username: "admin", password: "x".repeat(100_000) },
    { status: [422] },
  ),
  post(
    "set-up a second time",
    "/api/v1/setup",
    { token: "x", username: "root", displayName: "x", password: "con mèo ngủ trên mái", language: "vi" },
    { status: [401, 403, 404, 409, 410, 422] },
  ),
  post("a token for ever and ever", "/api/v1/tokens", { name: "x", scope: "ingest", expiresInDays: 1e9 }, unfit),
  post("a token of all scopes", "/api/v1/tokens", { name: "x", scope: "admin" }, unfit),
  post(
    "a token whose name is a terminal title",
    "/api/v1/tokens",
    { name: "\u001b]0;owned\u0007", scope: "read" },
    { status: [201, 422] },
  ),
  post("a scenario named __proto__", "/api/v1/exercises", { scenario: "__proto__" }, { status: [404] }),
  post("a scenario by path", "/api/v1/exercises", { scenario: "../../../etc/passwd" }, { status: [404] }),
  call(
    "a sensor that is not there",
    { method: "PATCH", path: "/api/v1/sensors/..%2f..%2fx", body: '{"note":"x"}' },
    { status: [404, 422] },
  ),
  call(
    "a note of 2,001 characters",
    { method: "PATCH", path: "/api/v1/sensors/hostile", body: JSON.stringify({ note: "n".repeat(2_001) }) },
    unfit,
  ),
  call(
    "a rhythm of no number",
    { method: "PATCH", path: "/api/v1/sensors/hostile", body: '{"expectedEverySeconds":1e999}' },
    { status: [400, 422] },
  ),
  call("alerts sorted by __proto__", { path: "/api/v1/alerts?sort=__proto__" }, unfit),
  call(
    "alerts of 10,000 levels",
    { path: `/api/v1/alerts?level=${"high,".repeat(2_000)}high` },
    { status: [200, 414, 422, 431] },
  ),
  call("alerts like % and _", { path: `/api/v1/alerts?q=${of("%_\\%' ESCAPE '")}` }, ok),
  call("an audit log of a foreign verb", { path: `/api/v1/audit?verb=${of("' OR 1=1 --")}` }, { status: [200, 422] }),
];

export const apiCases: readonly HostileCase[] = [...searches, ...cursors, ...ids, ...actions, ...people];
