import { createHmac } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ManualClock } from "../clock/index.ts";
import { DEFAULT_RULES, type PersonalRules } from "./core/rules.ts";
import type { Telling } from "./notices.ts";
import { by, LAN, MINH, openDesk, openReceiver } from "./testdata/desk.ts";

const NIGHT = Date.UTC(2026, 10, 22, 17);
const MORNING = Date.UTC(2026, 10, 23, 0);
const MINUTE = 60_000;
let dir: string;
let clock: ManualClock;
let closing: (() => unknown)[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "khien-notices-"));
  clock = new ManualClock(NIGHT);
  closing = [];
});
afterEach(async () => {
  for (const close of closing.toReversed()) await close();
  rmSync(dir, { recursive: true, force: true });
});

async function desk(options: Partial<Parameters<typeof openDesk>[0]> = {}) {
  const opened = await openDesk({ dir, file: ":memory:", clock, allow: [], ...options });
  closing.push(opened.close);
  return opened;
}
async function receiver(answer?: (n: number) => number) {
  const opened = await openReceiver(answer);
  closing.push(() => {
    opened.server.closeAllConnections();
    opened.server.close();
  });
  return opened;
}

const telling = (part: Partial<Telling> = {}): Telling => ({
  key: "news:1",
  kind: "alerts.critical",
  urgency: "critical",
  people: ["lan"],
  by: null,
  object: { kind: "alert", id: "a1", title: { vi: "Xóa bản sao lưu", en: "Backups deleted" } },
  path: "/alerts?alert=a1",
  ...part,
});
const page = { after: undefined, limit: 100, unread: false };
const hook = (url: string, part: object = {}) => ({
  name: "SOC",
  kind: "webhook" as const,
  url,
  enabled: true,
  personal: true,
  team: { kinds: [], from: "never" as const },
  language: "vi" as const,
  template: null,
  ...part,
});
type Opened = Awaited<ReturnType<typeof openDesk>>;
const wants = (opened: Opened, rules: Partial<PersonalRules>, who = "lan") =>
  opened.preferences.change({ ...DEFAULT_RULES, ...rules }, 0, by(who));

describe("inside the program", () => {
  test("news reaches each person once, in the person's language, and not who made it", async () => {
    const { notices } = await desk();
    const news = telling({ people: ["lan", "minh", "lan", "nobody"], by: { id: "minh", name: "Minh" } });
    await notices.tell(news);
    await notices.tell(news);
    expect((await notices.list("lan", page)).map(({ object, times }) => [object.title, times])).toEqual([
      ["Xóa bản sao lưu", 1],
    ]);
    expect(await notices.list("minh", page)).toEqual([]);
    expect(await notices.count("lan")).toEqual({ unread: 1, critical: 1 });
  });

  test("the same about the same object within ten minutes is counted, until it is read", async () => {
    const { notices } = await desk();
    for (const key of ["1", "2", "3"]) await notices.tell(telling({ key }));
    expect((await notices.list("lan", page)).map(({ times }) => times)).toEqual([3]);
    await notices.read("lan", { upTo: clock.now() });
    clock.advance(1);
    expect(await notices.count("lan")).toEqual({ unread: 0, critical: 0 });
    await notices.tell(telling({ key: "4" }));
    clock.advance(11 * MINUTE);
    await notices.tell(telling({ key: "5" }));
    expect((await notices.list("lan", page)).map(({ times }) => times)).toEqual([1, 1, 3]);
  });

  test("nobody reads another's, and pages go on where they ended", async () => {
    const { notices } = await desk();
    for (let n = 0; n < 5; n += 1) {
      clock.advance(1);
      await notices.tell(telling({ key: `${n}`, object: { kind: "alert", id: `a${n}`, title: "x" } }));
    }
    const first = await notices.list("lan", { ...page, limit: 3 });
    const last = first.at(-1);
    const rest = await notices.list("lan", { ...page, after: last });
    expect([...first, ...rest].map(({ object }) => object.id)).toEqual(["a4", "a3", "a2", "a1", "a0"]);
    expect(await notices.read("minh", { ids: first.map(({ id }) => id) })).toBe(0);
    expect(await notices.read("lan", { ids: first.map(({ id }) => id) })).toBe(3);
    expect(await notices.list("lan", { ...page, unread: true })).toHaveLength(2);
  });

  test("only who is concerned hears that there is something", async () => {
    const { notices, live } = await desk();
    const heard: (readonly string[])[] = [];
    live.subscribe(({ audience }) => heard.push([...(audience ?? ["everybody"])]));
    await notices.tell(telling());
    expect(heard).toEqual([["lan"]]);
  });

  test("after 90 days it is forgotten", async () => {
    const { notices } = await desk();
    await notices.tell(telling());
    clock.advance(91 * 86_400_000);
    await notices.prune();
    expect(await notices.list("lan", page)).toEqual([]);
  });
});

describe("webhooks", () => {
  test("a message is signed, names no event, and is the same when it is repeated", async () => {
    const { received, host, url } = await receiver((n) => (n === 1 ? 503 : 204));
    const opened = await desk({ allow: [host] });
    const { destination, secret } = await opened.destinations.create(hook(url), by("admin"));
    const way = `hook:${destination.id}` as const;
    await wants(opened, { choices: [{ kind: "alerts.critical", way, from: "normal" }] });
    await opened.notices.tell(telling());
    await opened.courier.run();
    clock.advance(MINUTE);
    await opened.courier.run();
    await opened.courier.run();
    expect(received).toHaveLength(2);
    const [first, second] = received;
    expect(JSON.parse(second?.body ?? "")).toEqual({
      version: 1,
      id: second?.headers["webhook-id"],
      kind: "alerts.critical",
      urgency: "critical",
      text: "vi:notice.kind.alerts.critical",
      title: "Xóa bản sao lưu",
      link: "https://khien.example.vn/alerts?alert=a1",
      at: "2026-11-22T17:00:00.000Z",
      language: "vi",
      recipient: { id: "lan", name: LAN.displayName },
      counts: null,
    });
    expect(second?.body).toBe(first?.body);
    expect(second?.headers["webhook-id"]).toBe(first?.headers["webhook-id"]);
    const signed = `${second?.headers["webhook-id"]}.${second?.headers["webhook-timestamp"]}.${second?.body}`;
    const key = Buffer.from(secret.replace("whsec_", ""), "base64");
    expect(second?.headers["webhook-signature"]).toBe(
      `v1,${createHmac("sha256", key).update(signed).digest("base64")}`,
    );
  });

  test("what a marking or an exercise keeps inside stays inside", async () => {
    const { received, host, url } = await receiver();
    const opened = await desk({ allow: [host] });
    const team = { kinds: ["alerts.critical"], from: "normal" as const };
    await opened.destinations.create(hook(url, { team }), by("admin"));
    await opened.notices.tell(telling({ key: "1", tlp: "RED" }));
    await opened.notices.tell(telling({ key: "2", exerciseId: "e1" }));
    await opened.courier.run();
    expect(received.map(({ body }) => (JSON.parse(body) as { title: unknown }).title)).toEqual([null]);
    expect((await opened.notices.list("lan", page)).length).toBeGreaterThan(0);
  });

  test("a team is told once, whoever is concerned", async () => {
    const { received, host, url } = await receiver();
    const opened = await desk({ allow: [host] });
    const team = { kinds: ["alerts.critical"], from: "high" as const };
    await opened.destinations.create(hook(url, { team }), by("admin"));
    const news = telling({ people: ["lan", "minh"] });
    await opened.notices.tell(news);
    await opened.notices.tell(news);
    await opened.notices.tell(telling({ key: "2", urgency: "normal" }));
    await opened.courier.run();
    expect(received).toHaveLength(1);
  });

  test("a refusal is final, silence is tried again for hours, and both can be repeated under their ids", async () => {
    const { received, host, url } = await receiver((n) => (n === 1 ? 410 : n <= 11 ? 500 : 204));
    const opened = await desk({ allow: [host] });
    const team = { kinds: ["alerts.critical"], from: "normal" as const };
    await opened.destinations.create(hook(url, { team }), by("admin"));
    await opened.notices.tell(telling({ key: "1" }));
    await opened.courier.run();
    expect((await opened.destinations.letters("dead", 10)).items).toMatchObject([
      { lastCode: "notices.hook.answered_410", attempts: 1 },
    ]);
    clock.advance(1);
    await opened.notices.tell(telling({ key: "2" }));
    for (let n = 0; n < 400; n += 1) {
      await opened.courier.run();
      clock.advance(MINUTE);
    }
    const { items, counts } = await opened.destinations.letters("dead", 10);
    expect(counts).toMatchObject({ waiting: 0, dead: 2 });
    expect(items[0]).toMatchObject({ attempts: 9, lastCode: "notices.hook.answered_500" });
    expect(received).toHaveLength(10);
    const ids = items.map(({ id }) => id);
    expect(await opened.destinations.drop(ids.slice(1), by("admin"))).toBe(1);
    received.push(...Array.from({ length: 5 }, () => ({ headers: {}, body: "" })));
    expect(await opened.destinations.repeat(ids.slice(0, 1), by("admin"))).toBe(1);
    await opened.courier.run();
    expect((await opened.destinations.letters("sent", 10)).items.map(({ id }) => id)).toEqual([ids[0]]);
    expect(received.at(-1)?.headers["webhook-id"]).toBe(ids[0]);
  });

  test("a destination that is down does not keep others waiting", async () => {
    const down = await receiver(() => 503);
    const up = await receiver();
    const opened = await desk({ allow: [down.host, up.host] });
    const team = { kinds: ["alerts.critical"], from: "normal" as const };
    await opened.destinations.create(hook(down.url, { team }), by("admin"));
    for (let n = 0; n < 250; n += 1) await opened.notices.tell(telling({ key: `${n}`, people: [] }));
    await opened.destinations.create(hook(up.url, { team: { ...team, kinds: ["sensors.silent"] } }), by("admin"));
    await opened.notices.tell(telling({ key: "x", kind: "sensors.silent", urgency: "high", people: [] }));
    for (let n = 0; n < 3; n += 1) await opened.courier.run();
    expect(up.received).toHaveLength(1);
    expect(down.received).toHaveLength(1);
  });

  test("only where the settings allow, over TLS or to this machine, and secrets are kept sealed", async () => {
    const opened = await desk();
    const { destinations } = opened;
    const code = (url: string) =>
      destinations.create(hook(url), by("admin")).then(
        () => "kept",
        (error: { code: string }) => error.code,
      );
    expect(await code("http://gateway.example/x")).toBe("notices.destination.url_plain");
    expect(await code("https://u:p@gateway.example/x")).toBe("notices.destination.url_credentials");
    expect(await code("file:///etc/passwd")).toBe("notices.destination.url_invalid");
    const { destination, secret } = await destinations.create(
      { ...hook("https://gateway.example/x?k=path-secret"), authorization: "Bearer gateway-secret" },
      by("admin"),
    );
    expect(await destinations.try(destination.id, null)).toMatchObject({
      ok: false,
      code: "egress.destination.refused",
    });
    const kept = JSON.stringify([await destinations.list(), await opened.audit.list({ limit: 100, before: 1e9 })]);
    expect(kept).not.toContain(secret.slice(6));
    expect(kept).not.toContain("gateway-secret");
    expect(JSON.stringify(await opened.audit.list({ limit: 100, before: 1e9 }))).not.toContain("path-secret");
    expect(statSync(join(dir, "notices.key")).mode & 0o777).toBe(0o600);
    const renewed = await destinations.renewSecret(destination.id, by("admin"));
    expect(renewed.secret).not.toBe(secret);
  });

  test("two who change the same destination do not overwrite each other", async () => {
    const { destinations } = await desk();
    const { destination } = await destinations.create(hook("https://a.example/"), by("admin"));
    const change = { ...hook("https://b.example/"), version: destination.version };
    await destinations.change(destination.id, change, by("admin"));
    await expect(destinations.change(destination.id, change, by("other"))).rejects.toMatchObject({ kind: "conflict" });
  });
});

describe("text messages", () => {
  test("a gateway gets number and text in its own words, and its key", async () => {
    const { received, host, url } = await receiver();
    const opened = await desk({ allow: [host] });
    const template = { type: "json" as const, text: '{"to":"{number}","content":"{text}"}' };
    await opened.destinations.create({ ...hook(url), kind: "sms", template, authorization: "Bearer k" }, by("admin"));
    await wants(opened, {
      phone: "+84900000001",
      choices: [{ kind: "alerts.critical", way: "sms", from: "critical" }],
    });
    await opened.notices.tell(telling());
    await opened.courier.run();
    expect(received[0]?.headers["authorization"]).toBe("Bearer k");
    const body = JSON.parse(received[0]?.body ?? "") as { to: string; content: string };
    expect(body.to).toBe("+84900000001");
    expect(body.content).toBe("Khien: vi:notice.kind.alerts.critical https://khien.example.vn/alerts?alert=a1");
    expect(body.content).not.toContain("Xoa");
  });

  test.each([
    ["no hole for the number", { type: "json", text: '{"content":"{text}"}' }, "notices.destination.template_holes"],
    ["no JSON", { type: "json", text: "to={number}{text}" }, "notices.destination.template_json"],
    ["none", null, "notices.destination.template"],
  ] as const)("a template with %s is refused", async (_what, template, code) => {
    const { destinations } = await desk();
    await expect(
      destinations.create({ ...hook("https://a.example/"), kind: "sms", template }, by("admin")),
    ).rejects.toMatchObject({ code });
  });
});

describe("when", () => {
  const quiet = { from: 22 * 60, to: 7 * 60 };
  const choices = (way: `hook:${string}`) =>
    ["alerts.critical", "sensors.silent"].map((kind) => ({ kind, way, from: "normal" as const }));

  test("quiet hours hold back until the person's morning, then one message counts; critical passes when it may", async () => {
    const { received, host, url } = await receiver();
    const opened = await desk({ allow: [host] });
    const { destination } = await opened.destinations.create(hook(url), by("admin"));
    await wants(opened, { quiet, criticalPasses: true, choices: choices(`hook:${destination.id}`) });
    await wants(opened, { quiet, criticalPasses: false, choices: choices(`hook:${destination.id}`) }, "minh");
    for (const id of ["s1", "s2"]) {
      const silent = { kind: "sensors.silent", urgency: "high", people: ["lan"] } as const;
      await opened.notices.tell(telling({ ...silent, key: id, object: { kind: "sensor", id, title: id } }));
    }
    await opened.notices.tell(telling({ people: ["lan", "minh"] }));
    await opened.courier.run();
    expect(received.map(({ body }) => (JSON.parse(body) as { recipient: { id: string } }).recipient.id)).toEqual([
      "lan",
    ]);
    clock.advance(MORNING - NIGHT - 1);
    await opened.courier.run();
    expect(received).toHaveLength(1);
    clock.advance(1);
    await opened.courier.run();
    const morning = received.slice(1).map(({ body }) => JSON.parse(body) as { kind: string; counts: object | null });
    expect(morning.map(({ kind, counts }) => [kind, counts]).toSorted()).toEqual(
      [
        ["alerts.critical", null],
        ["digest", { "sensors.silent": 2 }],
      ].toSorted(),
    );
  });

  test("beyond the bound of an hour the rest is one message", async () => {
    const { received, host, url } = await receiver();
    const opened = await desk({ allow: [host] });
    const template = { type: "form" as const, text: "to={number}&text={text}" };
    await opened.destinations.create({ ...hook(url), kind: "sms", template }, by("admin"));
    await wants(opened, {
      phone: "+84900000001",
      choices: [{ kind: "alerts.critical", way: "sms", from: "critical" }],
    });
    for (let n = 0; n < 30; n += 1) {
      await opened.notices.tell(telling({ key: `${n}`, object: { kind: "alert", id: `a${n}`, title: "x" } }));
    }
    for (let n = 0; n < 59; n += 1) {
      await opened.courier.run();
      clock.advance(MINUTE);
    }
    expect(received).toHaveLength(6);
    clock.advance(2 * MINUTE);
    await opened.courier.run();
    expect(received).toHaveLength(7);
    expect(new URLSearchParams(received.at(-1)?.body).get("text")).toContain("digest");
    expect((await opened.destinations.letters("waiting", 10)).counts).toMatchObject({ waiting: 0, sent: 30 });
  });

  test("a call waits for nothing, and needs no account", async () => {
    const { received, host, url } = await receiver();
    const opened = await desk({ allow: [host] });
    const template = { type: "form" as const, text: "to={number}&text={text}" };
    await opened.destinations.create({ ...hook(url), kind: "sms", template }, by("admin"));
    const call = { personId: null, name: "Trực", way: "sms", address: "+84911", language: "vi" } as const;
    for (let n = 0; n < 8; n += 1) await opened.notices.tell(telling({ key: `${n}`, people: [], calls: [call] }));
    await opened.courier.run();
    expect(received).toHaveLength(8);
  });

  test("whoever left meanwhile is told nothing", async () => {
    const { received, host, url } = await receiver();
    const opened = await desk({ allow: [host] });
    const { destination } = await opened.destinations.create(hook(url), by("admin"));
    await wants(opened, { choices: choices(`hook:${destination.id}`) });
    await opened.notices.tell(telling());
    opened.gone.add("lan");
    await opened.courier.run();
    expect(received).toEqual([]);
    expect((await opened.destinations.letters("dead", 10)).items).toMatchObject([{ lastCode: "notices.person.gone" }]);
  });
});

describe("rules", () => {
  test("unknown kinds are refused, stale changes conflict, addresses are not in the log", async () => {
    const opened = await desk();
    await wants(opened, { mail: "lan@example.vn" });
    await expect(wants(opened, { mail: null })).rejects.toMatchObject({ code: "notices.rules.changed" });
    await expect(
      opened.preferences.change(
        { ...DEFAULT_RULES, choices: [{ kind: "x.y", way: "mail", from: "high" }] },
        1,
        by("lan"),
      ),
    ).rejects.toMatchObject({ code: "notices.kind.unknown" });
    expect(JSON.stringify(await opened.audit.list({ limit: 100, before: 1e9 }))).not.toContain("lan@example.vn");
  });
});

describe("mail", () => {
  async function mailServer(options: object = {}) {
    const mails: string[] = [];
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS"],
      logger: false,
      onData(stream, _session, done) {
        const chunks: Buffer[] = [];
        stream.on("data", (chunk: Buffer) => chunks.push(chunk));
        stream.on("end", () => {
          mails.push(Buffer.concat(chunks).toString("utf8"));
          done();
        });
      },
      ...options,
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closing.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
    const bound = server.server.address();
    return { mails, port: typeof bound === "object" && bound !== null ? bound.port : 0 };
  }
  const settings = (port: number, part: object = {}) => ({
    host: "127.0.0.1",
    port,
    tls: "none" as const,
    user: undefined,
    passwordFile: undefined,
    from: "khien@example.vn",
    caFile: undefined,
    ...part,
  });
  const decoded = (mail: string) => {
    const end = mail.indexOf("\r\n\r\n");
    const [head, body] = [mail.slice(0, end), mail.slice(end + 4)];
    const text = /content-transfer-encoding: base64/iu.test(head)
      ? Buffer.from(body, "base64").toString("utf8")
      : body
          .replaceAll("=\r\n", "")
          .replace(/(?:=[0-9A-F]{2})+/gu, (bytes) => Buffer.from(bytes.replaceAll("=", ""), "hex").toString("utf8"));
    return { head, text };
  };

  test("what presses leaves by mail: text, title, link, the same id as a receiver would see again", async () => {
    const { mails, port } = await mailServer();
    const opened = await desk({ mail: settings(port) });
    await wants(opened, { mail: "lan@example.vn" });
    await opened.notices.tell(telling());
    await opened.notices.tell(telling({ key: "2", kind: "alerts.assigned", urgency: "normal" }));
    await opened.courier.run();
    expect(mails).toHaveLength(1);
    const { head, text } = decoded(mails[0] ?? "");
    expect(head).toMatch(/^To: lan@example\.vn/mu);
    expect(head).toMatch(/^Message-ID: <[0-9a-f]{32}@khien\.notice>/mu);
    expect(text).toContain("Xóa bản sao lưu");
    expect(text).toContain("https://khien.example.vn/alerts?alert=a1");
  });

  test("a title cannot add lines to the head", async () => {
    const { mails, port } = await mailServer();
    const opened = await desk({ mail: settings(port) });
    await wants(opened, { mail: "lan@example.vn" });
    await opened.notices.tell(telling({ object: { kind: "alert", id: "a", title: "x\r\nBcc: thief@example.org" } }));
    await opened.courier.run();
    expect(decoded(mails[0] ?? "").head).not.toMatch(/^bcc/imu);
  });

  test("signs in with the password of the file; where encryption is asked for, nothing leaves without", async () => {
    const passwordFile = join(dir, "password");
    writeFileSync(passwordFile, "mật khẩu\n");
    const seen: string[] = [];
    const { mails, port } = await mailServer({
      allowInsecureAuth: true,
      onAuth: (auth: { password: string }, _session: unknown, done: (error: null, reply: object) => void) => {
        seen.push(auth.password);
        done(null, { user: "khien" });
      },
    });
    const secured = await desk({ mail: settings(port, { tls: "starttls", user: "khien", passwordFile }) });
    await wants(secured, { mail: "lan@example.vn" });
    expect(await secured.preferences.tryWay("mail", by("lan").who)).toMatchObject({ ok: false });
    expect([seen, mails]).toEqual([[], []]);
    const plain = await desk({ mail: settings(port, { user: "khien", passwordFile }) });
    await wants(plain, { mail: "lan@example.vn" });
    expect(await plain.preferences.tryWay("mail", by("lan").who)).toMatchObject({ ok: true });
    expect(seen).toEqual(["mật khẩu"]);
    expect(JSON.stringify(await plain.audit.list({ limit: 100, before: 1e9 }))).not.toContain(
      readFileSync(passwordFile, "utf8").trim(),
    );
  });

  test("a mail server that refuses the person makes a dead letter without the person's address", async () => {
    const { port } = await mailServer({
      onRcptTo: (_to: unknown, _session: unknown, done: (error: Error) => void) =>
        done(Object.assign(new Error("no such user lan@example.vn"), { responseCode: 550 })),
    });
    const opened = await desk({ mail: settings(port) });
    await wants(opened, { mail: "lan@example.vn" });
    await opened.notices.tell(telling({ people: [LAN.id, MINH.id] }));
    await opened.courier.run();
    const { items } = await opened.destinations.letters("dead", 10);
    expect(items).toMatchObject([{ lastCode: "notices.mail.refused", recipientName: LAN.displayName }]);
    expect(JSON.stringify(items)).not.toContain("lan@example.vn");
  });
});
