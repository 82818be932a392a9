/** A running server with the built console, and browsers of the people who use it. */
import type { Browser } from "playwright-core";
import { ensureBuild } from "../../../bin/bootstrap/build.mjs";
import { ApiClient } from "../../flows/api-client.ts";
import { openServer, PASSWORD, type TestServer } from "../../flows/server.ts";
import { launchBrowser } from "./browser.ts";
import { contextOptions, type Look, WIDE } from "./look.ts";
import { dismiss, hire, type Person, SHIFT, signIn } from "./people.ts";
import { View } from "./view.ts";

/** A replay fast enough for a test; the console shows every step of it all the same. */
const REPLAY_MS = 4_000;

export class Stage {
  readonly server: TestServer;
  readonly admin: ApiClient;
  readonly #browser: Browser;

  private constructor(server: TestServer, admin: ApiClient, browser: Browser) {
    this.server = server;
    this.admin = admin;
    this.#browser = browser;
  }

  /** A server that has its people and nothing else. */
  static async open(): Promise<Stage> {
    await ensureBuild();
    const [server, browser] = await Promise.all([openServer({ replayMs: REPLAY_MS }), launchBrowser()]);
    await hire(server);
    const admin = await ApiClient.signIn(server.url, { username: SHIFT.admin.username, password: PASSWORD });
    await dismiss(admin);
    return new Stage(server, admin, browser);
  }

  get url(): URL {
    return this.server.url;
  }

  /** A browser of its own, signed in. */
  async as(person: Person, look: Look = WIDE): Promise<View> {
    const context = await this.#browser.newContext(contextOptions(look));
    await signIn(context, this.url, { person, look });
    return View.open(context, this.url);
  }

  /** A browser nobody has signed in with; the missing session is told by the browser itself. */
  async stranger(look: Look = WIDE, url: URL = this.url): Promise<View> {
    const view = await View.open(await this.#browser.newContext(contextOptions(look)), url);
    view.foresee(/status of 401 .*\/api\/v1\/session$/u);
    return view;
  }

  closeBrowser(): Promise<void> {
    return this.#browser.close();
  }

  async close(): Promise<void> {
    await this.closeBrowser();
    await this.server.close();
  }
}
