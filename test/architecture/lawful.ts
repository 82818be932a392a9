/** A whole project in miniature that breaks no rule, and the parts of it that breaches change. */
const ARCHITECTURE = {
  modules: { lake: [], alerts: ["lake"] },
  doors: {},
  packages: { kysely: "src/platform/db" },
  bundled: { react: "src/web" },
  network: { "src/platform/egress": "the only way out" },
  longFiles: {},
};
export const architecture = (change: object): string => JSON.stringify({ ...ARCHITECTURE, ...change });

export const lock = (entry: object): string => JSON.stringify({ packages: { "": {}, "node_modules/kysely": entry } });

export const MAP = "| module | owns | needs |\n|---|---|---|\n| lake | events | – |\n| alerts | triage | lake |\n";

export const LAWFUL: Readonly<Record<string, string>> = {
  "package.json": JSON.stringify({ dependencies: { kysely: "1.0.0" } }),
  "architecture.json": JSON.stringify(ARCHITECTURE),
  "ARCHITECTURE.md": `# Map\n\n${MAP}\nSee [the words](docs/dependencies.md#words) and [elsewhere](https://example.org).\n`,
  "docs/dependencies.md": "| package |\n|---|\n| `kysely` |\n| `react` |\n",
  "src/kernel/index.ts":
    "export type Instant = number;\nexport const toIso = (ms: Instant): string => new Date(ms).toISOString();\n",
  "src/platform/db/index.ts": 'export { Kysely } from "kysely";\nexport const OPEN = "PRAGMA journal_mode = WAL";\n',
  "src/platform/config/index.ts": "export const environment = () => process.env;\n",
  "src/platform/egress/index.ts":
    'import { connect } from "node:net";\nexport const out = (url: string) => [fetch(url), connect(1)];\n',
  "src/modules/lake/index.ts": 'export * from "./core/count.ts";\nexport { rows } from "./store.ts";\n',
  "src/modules/lake/limits.ts": "export const MAX = 5;\n",
  "src/modules/lake/core/count.ts":
    'import type { Instant } from "../../../kernel/index.ts";\nimport { MAX } from "../limits.ts";\nexport interface Process { process: string; console?: string }\nexport const count = ({ process }: Process, now: Instant, at = new Date(now)): number => Math.max(MAX, process.length, at.getTime());\n',
  "src/modules/lake/store.ts":
    'import { Kysely } from "../../platform/db/index.ts";\nexport const rows = [Kysely, "select * from lake_event"];\n',
  "src/modules/lake/schemas.ts": "export interface Row { id: string }\n",
  "src/modules/alerts/index.ts":
    'import { rows } from "../lake/index.ts";\nimport type { Row } from "../lake/schemas.ts";\nimport type { Socket } from "node:net";\nexport const alerts = (_row: Row, _socket: Socket) => rows;\n',
  "src/apps/cli.ts":
    'import { alerts } from "../modules/alerts/index.ts";\nexport const text = "select a rule or update it"; export const run = alerts;\n',
  "src/web/console/page.tsx":
    'import { useState } from "react";\nimport type { Row } from "../../modules/lake/schemas.ts";\nexport const Page = (row: Row) => <p>{useState(row)[0].id}</p>;\n',
};
