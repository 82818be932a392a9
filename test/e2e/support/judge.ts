/** What must hold of every screen, whatever it shows. */
import { AxeBuilder } from "@axe-core/playwright";
import { expect } from "vitest";
import { KEYS } from "./catalogue.ts";
import type { Look } from "./look.ts";
import type { View } from "./view.ts";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const KEY_SHAPE = /\b[a-z]+(?:\.[a-z_]+)+\b/gu;

/** Everything a person reads or hears: text, and the names that stand in attributes. Log and rule text are not ours. */
const READ_WORDS = `(() => {
  const said = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, {
    acceptNode: (node) => node instanceof Element && node.matches(".raw, .rule-text, pre, code, script, textarea") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
  });
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (node instanceof Text) said.push(node.data);
    else for (const name of ["aria-label", "title", "placeholder", "alt"]) if (node.hasAttribute(name)) said.push(node.getAttribute(name));
  }
  return said.join("\\n");
})()`;

export async function expectSound(view: View, look: Look): Promise<void> {
  await expectWords(view, look);
  await expectNoSidewaysScroll(view);
  await expectAccessible(view);
  view.expectNoComplaints();
}

async function expectWords({ page }: View, { language, theme }: Look): Promise<void> {
  expect(await page.locator("html").getAttribute("lang")).toBe(language);
  const said = await page.evaluate<string>(READ_WORDS);
  expect((said.match(KEY_SHAPE) ?? []).filter((word) => KEYS.has(word))).toEqual([]);
  expect(said.match(/\{\w+[,}]/gu)).toBeNull();
  expect(said).not.toMatch(/\bundefined\b|\bNaN\b|\[object|Invalid Date/u);
  expect(await page.evaluate<string>("getComputedStyle(document.documentElement).colorScheme")).toBe(theme);
}

/** The page itself never scrolls sideways; wide tables scroll inside their own box. */
async function expectNoSidewaysScroll({ page }: View): Promise<void> {
  const [content = 0, shown = 0] = await page.evaluate<number[]>(
    "[document.documentElement.scrollWidth, document.documentElement.clientWidth]",
  );
  expect(content).toBeLessThanOrEqual(shown);
}

async function expectAccessible({ page }: View): Promise<void> {
  // In the page itself: there are no frames, so axe needs no page of its own to collect from them.
  const { violations } = await new AxeBuilder({ page })
    .options({ runOnly: RULES, resultTypes: ["violations"] })
    .setLegacyMode(true)
    .analyze();
  const told = violations.flatMap(({ id, help, nodes }) =>
    nodes.slice(0, 3).map(({ target, failureSummary }) => ({ id, help, at: target.join(" "), why: failureSummary })),
  );
  expect(told).toEqual([]);
}

const UNDER_WAY = ".skeleton, .stale, [aria-busy=true], [data-testid=hunt-cancel]";

/** Nothing moves or loads any more. */
export function settle(view: View): Promise<void> {
  const atRest = `document.fonts.status === "loaded" && document.querySelector("${UNDER_WAY}") === null`;
  return view.until(() => view.page.evaluate<boolean>(atRest), true);
}
