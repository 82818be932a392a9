import { defineConfig } from "vitest/config";

/**
 * Four kinds of tests. `unit` and `content` are part of `npm run check`; `flows` (several modules, real stores)
 * and `e2e` (built program, browser) only of `npm test`.
 */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "unit",
          include: [
            "src/**/*.test.{ts,tsx}",
            "test/*.test.ts",
            "test/{architecture,conformance,routes,bootstrap}/**/*.test.ts",
          ],
          testTimeout: 30_000,
        },
      },
      { test: { name: "content", include: ["test/content/**/*.test.ts"], testTimeout: 60_000 } },
      {
        test: {
          name: "flows",
          include: ["test/flows/**/*.test.ts", "test/faults/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 180_000,
          // One browser and one server at a time: two cores.
          fileParallelism: false,
        },
      },
    ],
  },
});
