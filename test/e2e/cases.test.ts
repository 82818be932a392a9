/** Two people in two browsers on one case, and the way from alerts to a case to a bag of evidence. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { words } from "./support/catalogue.ts";
import { openForBusiness } from "./support/office.ts";
import { SHIFT } from "./support/people.ts";
import { Stage } from "./support/stage.ts";
import type { View } from "./support/view.ts";

let stage: Stage;
let one: View;
let other: View;
let id: string;
beforeAll(async () => {
  stage = await Stage.open();
  await openForBusiness(stage);
  one = await stage.as(SHIFT.analyst);
  other = await stage.as(SHIFT.admin);
});
afterAll(() => stage?.close());

const caseOf = () =>
  stage.admin.get<{
    title: string;
    severity: string;
    version: number;
    parts: { content: { kind: string; text?: string } }[];
  }>(`/api/v1/cases/${id}`);

test("alerts become a case: the kind brings tasks, the alerts bring facts", async () => {
  await one.go("/alerts");
  await one.shows("alert-row");
  await one.press("j", "e");
  await (await one.shows("escalate-new")).click();
  await (await one.shows("new-case-kind")).selectOption("malware");
  await one.byId("new-case-submit").click();
  await one.shows("case-number");
  id = /\/cases\/([^?]+)/u.exec(one.page.url())?.[1] ?? "";
  const { parts } = await caseOf();
  expect(parts.some(({ content }) => content.kind === "fact")).toBe(true);
  expect(parts.some(({ content }) => content.kind === "task")).toBe(true);
  one.expectNoComplaints();
});

test("what one writes the other sees at once, without asking", async () => {
  await one.go(`/cases/${id}`);
  await other.go(`/cases/${id}`);
  await Promise.all([one.shows("fact-row"), other.shows("fact-row")]);
  await one.press("+");
  await (await one.shows("part-text")).fill("Rút dây mạng máy trạm kế toán.");
  await one.byId("part-submit").click();
  await other.page.getByText("Rút dây mạng máy trạm kế toán.").waitFor({ timeout: 10_000 });
});

test("two changes at once: the later one is told by whom and what, and nothing is lost", async () => {
  await one.byId("case-edit").click();
  await other.byId("case-edit").click();
  await (await one.shows("edit-title")).fill("Mã độc ở phòng kế toán");
  await (await other.shows("edit-severity")).selectOption("critical");
  await one.byId("edit-case-submit").click();
  await one.byId("edit-case").waitFor({ state: "detached" });

  other.foresee(/status of 409 .*\/api\/v1\/cases/u);
  await other.byId("edit-case-submit").click();
  const told = await other.shows("case-conflict");
  expect(await told.innerText()).toContain(SHIFT.analyst.displayName);
  expect((await caseOf()).title).toBe("Mã độc ở phòng kế toán");
  await other.byId("conflict-theirs").click();
  await other.byId("case-conflict").waitFor({ state: "detached" });

  await other.byId("case-edit").click();
  await (await other.shows("edit-severity")).selectOption("critical");
  await one.byId("case-edit").click();
  await (await one.shows("edit-summary")).fill("Một máy đã ngắt mạng.");
  await one.byId("edit-case-submit").click();
  await one.byId("edit-case").waitFor({ state: "detached" });
  await other.byId("edit-case-submit").click();
  await (await other.shows("conflict-again")).click();
  await other.until(async () => (await caseOf()).severity, "critical");
  one.expectNoComplaints();
  other.expectNoComplaints();
});

test("a decision cites facts, and each of them is a link that leads to it", async () => {
  await one.go(`/cases/${id}?tab=talk`);
  await (await one.shows("add-decision")).click();
  await (await one.shows("part-what")).fill("Ngắt mạng cả phòng kế toán.");
  await one.byId("part-reason").fill("Máy thứ hai cũng gọi ra ngoài.");
  await one.byId("part-facts").getByText("Rút dây mạng máy trạm kế toán.").click();
  await one.byId("part-submit").click();
  await (await one.shows("cited-facts")).getByRole("link").click();
  const aimed = one.byId("fact-row").and(one.page.locator("[aria-current=true]"));
  await aimed.waitFor();
  expect(await aimed.innerText()).toContain("Rút dây mạng máy trạm kế toán.");
  one.expectNoComplaints();
});

test("a notebook becomes evidence from the case, and from the notebook", async () => {
  const { body: book } = await stage.admin.post<{ id: string }>("/api/v1/notebooks", {
    title: "Săn tìm máy đã mở thư",
    shared: true,
  });
  await other.go(`/cases/${id}?tab=evidence`);
  await (await other.shows("evidence-notebook")).click();
  await (await other.shows("keep-notebook-which")).selectOption(book.id);
  await other.byId("keep-notebook-submit").click();
  expect(await (await other.shows("evidence-row")).innerText()).toContain("Săn tìm máy đã mở thư");

  const { body: second } = await stage.admin.post<{ id: string }>("/api/v1/notebooks", {
    title: "Máy chủ thư",
    shared: true,
  });
  await other.go(`/hunt/notebooks/${second.id}`);
  await (await other.shows("notebook-keep")).click();
  await (await other.shows("keep-in-row")).getByTestId("keep-in-do").click();
  await other.byId("evidence-row").getByText("Máy chủ thư").waitFor();
  other.expectNoComplaints();
});

test("what a case names is held and let go from the case; the storage room says where it was placed", async () => {
  const held = () => other.page.getByText(words("vi", "case.held"), { exact: true });
  const turn = async (reason: string) => {
    await other.go(`/cases/${id}?tab=evidence`);
    await (await other.shows("evidence-hold")).click();
    await (await other.shows("case-reason")).fill(reason);
    await other.byId("hold-case-submit").click();
  };
  await turn("Cơ quan điều tra yêu cầu");
  await held().waitFor();
  await other.go("/storage/holds");
  await (await other.shows("hold-row")).click();
  expect(await (await other.shows("hold-of-case")).innerText()).toBe(words("vi", "holds.of_case"));
  expect(await other.byId("hold-release").count()).toBe(0);
  await turn("Đã trả hồ sơ");
  await held().waitFor({ state: "detached" });
  other.expectNoComplaints();
});

test("a hold of a case somebody may not know of is there for them, without its grounds", async () => {
  const { body } = await stage.admin.post<{ id: string; number: string }>("/api/v1/cases", {
    title: "Nghi nội gián",
    kind: "data_leak",
    restricted: true,
  });
  const source = { kind: "event", eventId: "e".repeat(32) };
  const fact = { kind: "fact", time: new Date().toISOString(), text: "x", factKind: "observed", confidence: "likely" };
  await stage.admin.post(`/api/v1/cases/${body.id}/parts`, { content: { ...fact, source } });
  await stage.admin.ask("PUT", `/api/v1/cases/${body.id}/hold`, {
    body: JSON.stringify({ reason: "theo công văn" }),
    headers: { "content-type": "application/json" },
  });
  await one.go("/storage/holds");
  const row = await one.shows("hold-row");
  expect(await row.innerText()).toContain(words("vi", "holds.concealed"));
  await row.click();
  expect(await (await one.shows("hold-panel")).innerText()).toContain(words("vi", "holds.concealed.means"));
  expect(await one.byId("hold-release").count()).toBe(0);
  one.expectNoComplaints();
});

test("a file becomes evidence, is told for what it is, and leaves in a signed bag", async () => {
  await other.go(`/cases/${id}?tab=evidence`);
  await (await other.shows("evidence-file").catch(() => other.byId("evidence-file"))).setInputFiles({
    name: "hóa đơn.pdf",
    mimeType: "application/pdf",
    buffer: Buffer.from("4d5a9000", "hex"),
  });
  await other.byId("evidence-row").getByText("Windows executable").waitFor();
  const [download] = await Promise.all([other.page.waitForEvent("download"), other.byId("evidence-bag").click()]);
  const bag = readFileSync((await download.path()) ?? "");
  expect(download.suggestedFilename()).toMatch(/^HS-\d{4}-\d{4}\.tar$/u);
  for (const name of ["bagit.txt", "tagmanifest-sha256.txt.sig", "data/custody.log", "verify-bag.sh"])
    expect(bag.includes(Buffer.from(name)), name).toBe(true);
  other.expectNoComplaints();
});
