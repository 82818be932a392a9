/** The first minutes with Khiên, with the program as it is started: link, administrator, sample, live alerts. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureBuild } from "../../bin/bootstrap/build.mjs";
import { launchBrowser } from "./support/browser.ts";
import { expectSound } from "./support/judge.ts";
import { contextOptions, WIDE } from "./support/look.ts";
import { View } from "./support/view.ts";

const PROGRAM = fileURLToPath(new URL("../../bin/khien.mjs", import.meta.url));
const SETUP_LINK = /http:\/\/\S+\/setup#\S+/u;

let dataDir = "";
let program: ChildProcess;
let browser: Browser;
let link: URL;
let view: View;

beforeAll(async () => {
  await ensureBuild();
  dataDir = mkdtempSync(join(tmpdir(), "khien-first-"));
  const began = performance.now();
  program = spawn(process.execPath, [PROGRAM, "start", "--data-dir", dataDir, "--port", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, KHIEN_LOG_LEVEL: "error" },
  });
  link = new URL(await setupLink(program));
  console.log(`link printed after ${seconds(began)} s`);
  browser = await launchBrowser();
  view = await View.open(await browser.newContext(contextOptions(WIDE)), link);
  view.foresee(/status of 401 .*\/api\/v1\/session$/u);
});

afterAll(async () => {
  await browser?.close();
  const ended = new Promise((resolve) => program.once("exit", resolve));
  program.kill("SIGTERM");
  await ended;
  rmSync(dataDir, { recursive: true, force: true });
});

function setupLink(started: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    started.stdout?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      const [found] = SETUP_LINK.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
    started.once("exit", (code) => reject(new Error(`exit ${code} before the link: ${said}`)));
  });
}

test("browsers are sent the production build, whoever asked for it", () => {
  const assets = fileURLToPath(new URL("../../dist/web/console/assets", import.meta.url));
  const scripts = readdirSync(assets).filter((name) => name.endsWith(".js"));
  expect(scripts.length).toBeGreaterThan(20);
  const forDevelopers = scripts.filter((name) => readFileSync(join(assets, name), "utf8").includes("react.dev/link"));
  expect(forDevelopers).toEqual([]);
});

/** A browser asks for a handful of files at a time: dozens of small ones cost more than the bytes in them. */
const MAX_FIRST_FILES = 6;

test("a visit starts with few files, and with the texts beside them", () => {
  const page = readFileSync(fileURLToPath(new URL("../../dist/web/console/index.html", import.meta.url)), "utf8");
  expect(page.match(/(?:src|href)="\/assets\//gu)?.length).toBeLessThan(MAX_FIRST_FILES);
  expect(page).toMatch(/<script src="\/boot\.js" data-en="\/assets\/en-[^"]+\.js" data-vi="\/assets\/vi-[^"]+\.js">/u);
});

const seconds = (began: number) => ((performance.now() - began) / 1000).toFixed(1);

test("without the link nobody becomes administrator", async () => {
  await view.go("/setup");
  await view.page.locator("main.door h1").waitFor();
  expect(await view.byId("setup-form").count()).toBe(0);
  await view.go("/watch");
  await view.page.locator("main.door h1").waitFor();
  expect(await view.byId("sign-in").count()).toBe(0);
});

test("the link makes the first administrator, and both languages are one click away", async () => {
  await view.go(`${link.pathname}${link.hash}`);
  await view.shows("setup-form");
  await expectSound(view, WIDE);
  await view.byId("language-switch").click();
  await view.until(() => view.page.locator("html").getAttribute("lang"), "en");
  await view.byId("language-switch").click();
  await view.until(() => view.page.locator("html").getAttribute("lang"), "vi");
  await view.page.locator("[name=displayName]").fill("Nguyễn Thị Thùy Dương");
  await view.page.locator("[name=username]").fill("duong.nguyen");
  await view.page.locator("[name=password]").fill("con mèo ngủ trên mái");
  await view.byId("setup-submit").click();
  await view.shows("sample-offer");
  await expectSound(view, WIDE);
  expect(view.page.url()).not.toContain("#");
});

test("the sample is replayed and alerts appear by themselves", async () => {
  const began = performance.now();
  await view.byId("sample-start").click();
  await view.shows("exercise-banner");
  await view.byId("rail-alerts").click();
  await view.shows("alert-row");
  console.log(`first alert in the browser ${seconds(began)} s after the click`);
  const early = await view.byId("alert-row").count();
  await view.until(async () => (await view.byId("alert-row").count()) > early, true);
  expect(await view.page.locator(".grid-row.exercise").count()).toBe(await view.byId("alert-row").count());
  expect(await view.page.evaluate<string>("performance.getEntriesByType('navigation')[0].type")).toBe("navigate");
  view.expectNoComplaints();
});

test("the banner cannot be closed, only the exercise stopped", async () => {
  const banner = await view.shows("exercise-banner");
  expect(await banner.getByRole("button").count()).toBe(1);
  await view.byId("exercise-stop").click();
  await banner.waitFor({ state: "detached" });
  view.expectNoComplaints();
});

test("the link works once", async () => {
  const other = await View.open(await browser.newContext(contextOptions(WIDE)), link);
  other.foresee(/status of 401 .*\/api\/v1\/session$/u);
  await other.go(`${link.pathname}${link.hash}`);
  await other.page.locator("main.door a").waitFor();
  expect(await other.byId("setup-form").count()).toBe(0);
  other.expectNoComplaints();
  await other.close();
});
