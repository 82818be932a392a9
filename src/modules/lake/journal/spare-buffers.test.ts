import { expect, test } from "vitest";
import { SpareBuffers } from "./spare-buffers.ts";

const KB = 1_024;

test("a buffer that came back is given out again when it is long enough, and to one only", () => {
  const spare = new SpareBuffers({ buffers: 2, bytes: 512 * KB });
  const one = spare.take(200 * KB);
  expect(one.length).toBe(256 * KB);
  spare.give(one);
  expect(spare.take(300 * KB)).not.toBe(one);
  expect(spare.take(100 * KB)).toBe(one);
  expect(spare.take(100 * KB)).not.toBe(one);
});

test("small, large and too many buffers are not kept", () => {
  const spare = new SpareBuffers({ buffers: 1, bytes: 512 * KB });
  const small = spare.take(KB);
  expect(small.length).toBe(KB);
  const large = spare.take(513 * KB);
  const [kept, beyond] = [spare.take(100 * KB), spare.take(100 * KB)];
  for (const buffer of [small, large, kept, beyond]) spare.give(buffer);
  expect(spare.take(1)).toBe(kept);
  expect([small, large, beyond]).not.toContain(spare.take(1));
});
