import { expect, test } from "vitest";
import { OrderedThread } from "./ordered-thread.ts";

/** Doubles numbers; dies of a word. */
const ENTRY = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from "node:worker_threads";
    parentPort.on("message", (order) => {
      if (typeof order !== "number") throw new Error("no number: " + order);
      parentPort.postMessage(order * 2);
    });
  `)}`,
);
const open = () => new OrderedThread<number | string, number>("doubling", ENTRY, {});

test("orders are answered in the order they were given", async () => {
  const thread = open();
  expect(await Promise.all([1, 2, 3].map((order) => thread.ask(order)))).toEqual([2, 4, 6]);
  await thread.close();
});

test("its heap is told under its name while it lives", async () => {
  const thread = open();
  await thread.ask(1);
  const [heap] = await thread.heap();
  expect(heap).toMatchObject({ thread: "doubling" });
  expect(heap?.heap.used).toBeGreaterThan(0);
  await thread.close();
  expect(await thread.heap()).toEqual([]);
});

test("when it dies, whoever waits and whoever asks later is told why", async () => {
  const thread = open();
  // What a thread answers just before it dies may not arrive any more.
  expect(await thread.ask(1)).toBe(2);
  const answers = await Promise.allSettled([thread.ask("word"), thread.ask(2)]);
  expect(answers.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(thread.isDead).toBe(true);
  await expect(thread.ask(3)).rejects.toThrow("no number: word");
});

test("closed, it keeps nobody waiting", async () => {
  const thread = open();
  const waiting = thread.ask(1);
  waiting.catch(() => undefined);
  await thread.close();
  await expect(waiting).rejects.toThrow("the doubling thread is closed");
});
