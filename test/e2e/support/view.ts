/** One page of the console under guard: whatever the browser complains about is remembered and fails the test. */
import { setTimeout as pause } from "node:timers/promises";
import type { BrowserContext, Locator, Page } from "playwright-core";
import { expect } from "vitest";

/** Generous for a busy machine; nothing waits for it when all is well. */
const PATIENCE_MS = 15_000;
const POLL_MS = 50;

export class View {
  readonly page: Page;
  readonly #origin: URL;
  readonly #complaints: string[] = [];
  readonly #foreseen: RegExp[] = [];

  private constructor(page: Page, origin: URL) {
    this.page = page;
    this.#origin = origin;
    page.setDefaultTimeout(PATIENCE_MS);
    page.on("pageerror", (error) => this.#note(`error: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning")
        this.#note(`console: ${message.text()} ${message.location().url}`);
    });
    page.on("dialog", (dialog) => {
      this.#note(`dialog: ${dialog.message()}`);
      dialog.dismiss().catch(() => undefined);
    });
    // A refused inline style or script is a console error; what would have left for elsewhere is seen here.
    page.on("request", (request) => {
      const { protocol, origin: asked } = new URL(request.url());
      if (protocol !== "data:" && protocol !== "blob:" && asked !== origin.origin)
        this.#note(`request elsewhere: ${request.url()}`);
    });
  }

  static async open(context: BrowserContext, origin: URL): Promise<View> {
    return new View(await context.newPage(), origin);
  }

  /** Complaints that the test provokes on purpose. */
  foresee(complaint: RegExp): void {
    this.#foreseen.push(complaint);
  }

  #note(complaint: string): void {
    this.#complaints.push(complaint);
  }

  /** Fails when the browser complained since the last time; forgets what it told. */
  expectNoComplaints(): void {
    const unforeseen = this.#complaints
      .splice(0)
      .filter((text) => !this.#foreseen.some((pattern) => pattern.test(text)));
    expect(unforeseen).toEqual([]);
  }

  async go(path: string): Promise<void> {
    await this.page.goto(new URL(path, this.#origin).href, { waitUntil: "domcontentloaded" });
  }

  /** Waits for what carries this test id; tells what the browser complained about when it never comes. */
  async shows(id: string): Promise<Locator> {
    const found = this.byId(id).first();
    try {
      await found.waitFor();
    } catch {
      const text = await this.page.locator("body").innerText();
      throw new Error(`${id} is not on ${this.page.url()}\n${this.#complaints.join("\n")}\n${text.slice(0, 500)}`);
    }
    return found;
  }

  byId(id: string): Locator {
    return this.page.getByTestId(id);
  }

  /** The part of the address that says what is shown. */
  search(): URLSearchParams {
    return new URL(this.page.url()).searchParams;
  }

  /** Waits until what is asked gives this answer. Not `expect.poll`: it has no place in tests that run side by side. */
  async until<Value>(ask: () => Value | Promise<Value>, expected: Value): Promise<void> {
    const end = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        expect(await ask()).toEqual(expected);
        return;
      } catch (error) {
        if (performance.now() > end) throw error;
      }
      await pause(POLL_MS);
    }
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}
