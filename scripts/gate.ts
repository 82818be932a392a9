import { type Step, vitest } from "./steps.ts";

/** Folders whose code is ours to lint. */
const CODE = ["src", "test", "scripts", "bin", "bench", "vitest.config.ts"];

/** What `npm run check` is made of; the longest first, so that the short ones fill the second lane. */
export const GATE: readonly Step[] = [
  vitest("unit"),
  { name: "types", command: ["node_modules/typescript/bin/tsc", "-p", "."] },
  { name: "types of the console", command: ["node_modules/typescript/bin/tsc", "-p", "src/web"] },
  { name: "lint", command: ["node_modules/oxlint/bin/oxlint", ...CODE] },
  {
    name: "format",
    command: ["node_modules/@biomejs/biome/bin/biome", "check", "--error-on-warnings", "--max-diagnostics=20", "."],
  },
  { name: "architecture", command: ["scripts/architecture.ts"] },
  { name: "generated files", command: ["scripts/generate.ts", "--check"] },
  vitest("content"),
];
