import { expect, test } from "vitest";
import { mayIsolate } from "../offline/namespace.ts";
import { walkIsolated } from "../offline/no-packets.ts";

const isolates = mayIsolate();

test.skipIf(!isolates)(
  `a whole session sends no packet out${isolates ? "" : " (needs the right to make a network namespace)"}`,
  async () => {
    const { code, witnessed, left, counters } = await walkIsolated();
    expect(code).toBe(0);
    expect(witnessed).toBe(1);
    expect(left).toBe(0);
    expect(counters.find((one) => one.interface === "lo")?.sentPackets).toBeGreaterThan(100);
  },
);
