import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import wabt from "wabt";
import { Config } from "../src/platform/config/index.ts";
import { z } from "../src/platform/schema/index.ts";
import { root } from "./steps.ts";

/**
 * Writes what follows from other files: tables of documents from the code, WebAssembly from its text. `--check` writes
 * nothing and ends with 1 when a file is behind, naming it.
 */
interface Document {
  readonly file: string;
  readonly renew: (text: string) => string;
}

const assembler = await wabt();
/** What the modules use beyond the first WebAssembly: blocks of sixteen bytes, and tables beside the memory of a text. */
const FEATURES = { simd: true, multi_memory: true };

/** Text in the file of this name and `.wat`, bytes in that of this name and `-wasm.ts`. */
const WEB_ASSEMBLY = [
  "src/modules/detection/core/sigma/search/gram-search",
  "src/modules/detection/core/sigma/search/literal-screen",
  "src/modules/detection/core/sigma/search/unicode-escape",
  "src/modules/ingest/reading/json-line",
];

const DOCUMENTS: readonly Document[] = [
  { file: "docs/operations.md", renew: (text) => replaceBlock(text, "settings", settingsTable()) },
  { file: "docs/dependencies.md", renew: refreshPackages },
  ...WEB_ASSEMBLY.map((source): Document => ({ file: `${source}-wasm.ts`, renew: () => assembled(`${source}.wat`) })),
];

const check = process.argv.includes("--check");
for (const { file, renew } of DOCUMENTS) {
  const path = join(root, file);
  const before = existsSync(path) ? readFileSync(path, "utf8") : "";
  const after = renew(before);
  if (after === before) continue;
  if (check) {
    console.log(`${file}: behind the code; run \`npm run generate\``);
    process.exitCode = 1;
  } else writeFileSync(path, after);
}

interface Setting {
  readonly default?: unknown;
  readonly description?: string;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly type?: string;
}

function settingsTable(): string {
  const { properties = {} } = z.toJSONSchema(Config, { io: "output", unrepresentable: "any" }) as {
    properties?: Record<string, Setting>;
  };
  const rows = Object.entries(properties).map(([key, setting]) => {
    const variable = `KHIEN_${key.replace(/[A-Z]/gu, (letter) => `_${letter}`).toUpperCase()}`;
    return `| \`${key}\` | \`${variable}\` | ${valuesOf(setting)} | ${defaultOf(setting)} | ${setting.description ?? "–"} |`;
  });
  return ["| key | variable | values | default | meaning |", "|---|---|---|---|---|", ...rows].join("\n");
}

function valuesOf({ enum: words, minimum, maximum, type = "text" }: Setting): string {
  if (words !== undefined) return words.join(" · ");
  if (minimum !== undefined && maximum !== undefined) return `${minimum} – ${maximum}`;
  return type === "array" ? "list, in the variable with commas" : type === "string" ? "text" : type;
}

function defaultOf({ default: value }: Setting): string {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return "–";
  return `\`${String(value)}\``;
}

function replaceBlock(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- generated: ${name} -->`, "<!-- end of generated -->"];
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from === -1 || to === -1) throw new Error(`no generated block "${name}"`);
  return `${text.slice(0, from)}${begin}\n${content}\n${text.slice(to)}`;
}

/** Version and licence come from the installed package itself; what a person judges (purpose, origin, exit) stays. */
function refreshPackages(text: string): string {
  return text.replace(/^\| `([^`]+)` \| [^|]* \| [^|]* \|/gmu, (_, name: string) => {
    const manifest = JSON.parse(readFileSync(join(root, "node_modules", name, "package.json"), "utf8")) as {
      version: string;
      license?: string;
    };
    return `| \`${name}\` | ${manifest.version} | ${manifest.license ?? "unknown"} |`;
  });
}

/** WebAssembly text as a module that holds its bytes, so that running needs neither the assembler nor a file beside. */
function assembled(source: string): string {
  const module = assembler.parseWat(source, readFileSync(join(root, source), "utf8"), FEATURES);
  try {
    // What it takes is missing in the assembler's types.
    (module.validate as (features: typeof FEATURES) => void).call(module, FEATURES);
    const name = `${source.split("/").at(-1)?.replace(".wat", "").replaceAll("-", "_").toUpperCase()}_WASM`;
    const lines = Buffer.from(module.toBinary({}).buffer)
      .toString("base64")
      .match(/.{1,110}/gu);
    const text = (lines ?? []).map((line) => `  "${line}"`).join(" +\n");
    const origin = source.split("/").at(-1);
    return `// Generated from ${origin} by \`npm run generate\`; edit that file.\nexport const ${name}: string =\n${text};\n`;
  } finally {
    module.destroy();
  }
}
