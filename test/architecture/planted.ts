import { architecture, lock, MAP } from "./lawful.ts";

/**
 * One small breach per rule, to prove that the check sees it. Each is laid over a tree that has none:
 * `files` are added or replace others; `"path": undefined` removes one.
 */
export interface Planted {
  readonly breach: string;
  readonly rule: string;
  readonly at: string;
  readonly files: Readonly<Record<string, string | undefined>>;
}

export const PLANTED: readonly Planted[] = [
  {
    breach: "broken syntax",
    rule: "syntax",
    at: "src/kernel/odd.ts",
    files: { "src/kernel/odd.ts": "export const = 1;" },
  },
  {
    breach: "the kernel imports the platform",
    rule: "layers",
    at: "src/kernel/odd.ts",
    files: { "src/kernel/odd.ts": 'import "../platform/db/index.ts";' },
  },
  {
    breach: "the platform imports a module",
    rule: "layers",
    at: "src/platform/db/odd.ts",
    files: { "src/platform/db/odd.ts": 'import "../../modules/lake/index.ts";' },
  },
  {
    breach: "a module imports an app",
    rule: "layers",
    at: "src/modules/lake/odd.ts",
    files: { "src/modules/lake/odd.ts": 'import type { run } from "../../apps/cli.ts";' },
  },
  {
    breach: "a module imports one it does not declare",
    rule: "layers",
    at: "src/modules/lake/odd.ts",
    files: { "src/modules/lake/odd.ts": 'import type { alerts } from "../alerts/index.ts";' },
  },
  {
    breach: "a module enters another by the window",
    rule: "layers",
    at: "src/modules/alerts/odd.ts",
    files: { "src/modules/alerts/odd.ts": 'export * from "../lake/store.ts";' },
  },
  {
    breach: "an app enters a module by the window",
    rule: "layers",
    at: "src/apps/odd.ts",
    files: { "src/apps/odd.ts": 'await import("../modules/lake/store.ts");' },
  },
  {
    breach: "an import nobody can follow",
    rule: "layers",
    at: "src/apps/odd.ts",
    files: { "src/apps/odd.ts": 'const where = "x"; await import(where);' },
  },
  {
    breach: "product code imports a test",
    rule: "layers",
    at: "src/apps/odd.ts",
    files: { "src/apps/odd.ts": 'import "./cli.test.ts";', "src/apps/cli.test.ts": "export {};" },
  },
  {
    breach: "a source outside every layer",
    rule: "layers",
    at: "src/odd/a.ts",
    files: { "src/odd/a.ts": 'import "../kernel/index.ts";' },
  },
  {
    breach: "a module nobody declared",
    rule: "layers",
    at: "architecture.json",
    files: { "src/modules/odd/index.ts": "export {};" },
  },
  {
    breach: "a declared module without source",
    rule: "layers",
    at: "architecture.json",
    files: { "architecture.json": architecture({ modules: { lake: [], alerts: ["lake"], people: [] } }) },
  },
  {
    breach: "a need on a later module",
    rule: "layers",
    at: "architecture.json",
    files: { "architecture.json": architecture({ modules: { lake: ["alerts"], alerts: ["lake"] } }) },
  },
  {
    breach: "a door that is not there",
    rule: "layers",
    at: "architecture.json",
    files: { "architecture.json": architecture({ doors: { "src/modules/lake/side.ts": "why not" } }) },
  },
  {
    breach: "the browser imports server code",
    rule: "layers",
    at: "src/web/console/odd.tsx",
    files: { "src/web/console/odd.tsx": 'import type { rows } from "../../modules/lake/index.ts";' },
  },
  {
    breach: "the browser takes more than types of a shape",
    rule: "layers",
    at: "src/web/console/odd.tsx",
    files: { "src/web/console/odd.tsx": 'import { type Row } from "../../modules/lake/schemas.ts";' },
  },
  {
    breach: "the kit imports a page",
    rule: "layers",
    at: "src/web/kit/odd.tsx",
    files: { "src/web/kit/odd.tsx": 'import "../console/page.tsx";' },
  },
  ...[
    "Date.now()",
    "new Date()",
    "performance.now()",
    "Math.random()",
    'Math["random"]()',
    "crypto.randomUUID()",
    "setTimeout(String, 1)",
    'fetch("x")',
    "process.pid",
    "console.log(1)",
    "globalThis.Date",
  ].map(
    (code): Planted => ({
      breach: `${code} in a core`,
      rule: "purity",
      at: "src/modules/lake/core/odd.ts",
      files: { "src/modules/lake/core/odd.ts": `export const odd = () => ${code};` },
    }),
  ),
  {
    breach: "a core imports Node",
    rule: "purity",
    at: "src/modules/lake/core/odd.ts",
    files: { "src/modules/lake/core/odd.ts": 'import { readFileSync } from "node:fs";' },
  },
  {
    breach: "a core imports a package",
    rule: "purity",
    at: "src/modules/lake/core/odd.ts",
    files: { "src/modules/lake/core/odd.ts": 'import type { Kysely } from "kysely";' },
  },
  {
    breach: "a core imports its own store",
    rule: "purity",
    at: "src/modules/lake/core/odd.ts",
    files: { "src/modules/lake/core/odd.ts": 'import { rows } from "../store.ts";' },
  },
  {
    breach: "a core imports another core",
    rule: "purity",
    at: "src/modules/alerts/core/odd.ts",
    files: { "src/modules/alerts/core/odd.ts": 'import { count } from "../../lake/core/count.ts";' },
  },
  {
    breach: "the kernel reads the clock",
    rule: "purity",
    at: "src/kernel/odd.ts",
    files: { "src/kernel/odd.ts": "export const now = Date.now;" },
  },
  {
    breach: "SQL as text in a service",
    rule: "sql",
    at: "src/modules/lake/service.ts",
    files: { "src/modules/lake/service.ts": "export const q = (t: string) => `\n  SELECT id\n  FROM ${t} WHERE 1`;" },
  },
  {
    breach: "SQL through the builder in a route",
    rule: "sql",
    at: "src/modules/lake/http.ts",
    files: {
      "src/modules/lake/http.ts": 'export const q = (db: { selectFrom(t: string): void }) => db.selectFrom("x");',
    },
  },
  {
    breach: "an SQL file beside the code",
    rule: "sql",
    at: "src/modules/lake/all.sql",
    files: { "src/modules/lake/all.sql": "select 1" },
  },
  {
    breach: "the environment read in a module",
    rule: "environment",
    at: "src/modules/lake/odd.ts",
    files: { "src/modules/lake/odd.ts": "export const home = process.env.HOME;" },
  },
  {
    breach: "the environment by import",
    rule: "environment",
    at: "src/modules/lake/odd.ts",
    files: { "src/modules/lake/odd.ts": 'import { env } from "node:process"; export const home = env.HOME;' },
  },
  {
    breach: "a socket in a module",
    rule: "network",
    at: "src/modules/lake/odd.ts",
    files: { "src/modules/lake/odd.ts": 'import { createSocket } from "node:dgram";' },
  },
  {
    breach: "a request in an app",
    rule: "network",
    at: "src/apps/odd.ts",
    files: { "src/apps/odd.ts": 'export const get = () => fetch("https://example.org");' },
  },
  {
    breach: "a web socket in a page",
    rule: "network",
    at: "src/web/console/odd.tsx",
    files: { "src/web/console/odd.tsx": 'export const get = () => new WebSocket("wss://example.org");' },
  },
  {
    breach: "a network place that is gone",
    rule: "network",
    at: "architecture.json",
    files: { "architecture.json": architecture({ network: { "src/platform/egress": "out", "src/gone": "?" } }) },
  },
  {
    breach: "another program started",
    rule: "programs",
    at: "src/apps/odd.ts",
    files: { "src/apps/odd.ts": 'import { spawn } from "node:child_process";' },
  },
  {
    breach: "text run as code",
    rule: "programs",
    at: "src/apps/odd.ts",
    files: { "src/apps/odd.ts": 'export const odd = new Function("return 1");' },
  },
  {
    breach: "a package loaded past the imports",
    rule: "programs",
    at: "src/apps/odd.ts",
    files: { "src/apps/odd.ts": 'import { createRequire } from "node:module";' },
  },
  {
    breach: "a package outside its adapter",
    rule: "packages",
    at: "src/modules/lake/odd.ts",
    files: { "src/modules/lake/odd.ts": 'import type { Kysely } from "kysely";' },
  },
  {
    breach: "a package nobody listed",
    rule: "packages",
    at: "src/platform/odd/index.ts",
    files: { "src/platform/odd/index.ts": 'import _ from "lodash/fp";' },
  },
  {
    breach: "an unlisted package in the browser",
    rule: "packages",
    at: "src/web/console/odd.tsx",
    files: { "src/web/console/odd.tsx": 'import "kysely";' },
  },
  {
    breach: "a runtime package only in package.json",
    rule: "packages",
    at: "architecture.json",
    files: { "package.json": JSON.stringify({ dependencies: { kysely: "1", zod: "1" } }) },
  },
  {
    breach: "a listed package that is not installed",
    rule: "packages",
    at: "architecture.json",
    files: { "package.json": "{}" },
  },
  {
    breach: "a cycle at run time",
    rule: "cycles",
    at: "src/apps/a.ts",
    files: {
      "src/apps/a.ts": 'import "./b.ts";',
      "src/apps/b.ts": 'export * from "./c.ts";',
      "src/apps/c.ts": 'await import("./a.ts");',
    },
  },
  {
    breach: "a cycle in types",
    rule: "cycles",
    at: "src/apps/a.ts",
    files: {
      "src/apps/a.ts": 'import type { B } from "./b.ts"; export type A = B;',
      "src/apps/b.ts": 'export type B = import("./a.ts").A;',
    },
  },
  {
    breach: "a file that imports itself",
    rule: "cycles",
    at: "src/apps/a.ts",
    files: { "src/apps/a.ts": 'import "./a.ts";' },
  },
  {
    breach: "a table that knows what every object knows",
    rule: "tables",
    at: "src/apps/words.ts",
    files: {
      "src/apps/words.ts":
        'const WORDS: Readonly<Record<string, string>> = { a: "b" };\nexport const of = (word: string) => WORDS[word];\n',
    },
  },
  {
    breach: "a file over the limit",
    rule: "lengths",
    at: "src/apps/long.ts",
    files: { "src/apps/long.ts": "export {};\n".repeat(401) },
  },
  {
    breach: "an exemption no longer needed",
    rule: "lengths",
    at: "architecture.json",
    files: { "architecture.json": architecture({ longFiles: { "src/apps/cli.ts": "one table of commands" } }) },
  },
  {
    breach: "an exemption without a reason",
    rule: "lengths",
    at: "architecture.json",
    files: {
      "src/apps/long.ts": "export {};\n".repeat(401),
      "architecture.json": architecture({ longFiles: { "src/apps/long.ts": "" } }),
    },
  },
  {
    breach: "a map nobody reads to the end",
    rule: "lengths",
    at: "ARCHITECTURE.md",
    files: { "ARCHITECTURE.md": MAP + "more\n".repeat(150) },
  },
  {
    breach: "a module README too long",
    rule: "lengths",
    at: "src/modules/lake/README.md",
    files: { "src/modules/lake/README.md": "more\n".repeat(61) },
  },
  {
    breach: "a module table that lies",
    rule: "documents",
    at: "ARCHITECTURE.md",
    files: { "ARCHITECTURE.md": MAP.replace("| triage | lake |", "| triage | – |") },
  },
  { breach: "no module table", rule: "documents", at: "ARCHITECTURE.md", files: { "ARCHITECTURE.md": undefined } },
  { breach: "a dead link", rule: "documents", at: "docs/odd.md", files: { "docs/odd.md": "See [it](../nowhere.md)." } },
  {
    breach: "a package without its row",
    rule: "documents",
    at: "docs/dependencies.md",
    files: { "docs/dependencies.md": "| `kysely` |" },
  },
  {
    breach: "a version that may drift",
    rule: "supply",
    at: "package.json",
    files: { "package.json": JSON.stringify({ dependencies: { kysely: "^1.0.0" } }) },
  },
  {
    breach: "a package that runs a script when installed",
    rule: "supply",
    at: "package-lock.json",
    files: { "package-lock.json": lock({ license: "MIT", hasInstallScript: true }) },
  },
  {
    breach: "a package on unknown terms",
    rule: "supply",
    at: "package-lock.json",
    files: { "package-lock.json": lock({ license: "AGPL-3.0" }) },
  },
  {
    breach: "a package tied to one registry",
    rule: "supply",
    at: "package-lock.json",
    files: { "package-lock.json": lock({ license: "MIT", resolved: "https://example.org/a.tgz" }) },
  },
];
