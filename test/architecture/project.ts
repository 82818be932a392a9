import { readdirSync, readFileSync, statSync } from "node:fs";
import { posix } from "node:path";
import { join } from "node:path";
import { type Facts, factsOf } from "./facts.ts";

/** architecture.json: the machine-readable map. */
export interface Architecture {
  /** Modules in dependency order, each with the modules it may call. */
  readonly modules: Readonly<Record<string, readonly string[]>>;
  /** Doors into a module beside `index.ts` and `schemas.ts`, with the reason. */
  readonly doors: Readonly<Record<string, string>>;
  /** Runtime package → the one folder (or file) that may import it. */
  readonly packages: Readonly<Record<string, string>>;
  /** Packages bundled into the browser code → folder that may import them. */
  readonly bundled: Readonly<Record<string, string>>;
  /** Folders and files that may open sockets or make requests, with the reason. */
  readonly network: Readonly<Record<string, string>>;
  /** Files over the length limit, with the reason. */
  readonly longFiles: Readonly<Record<string, string>>;
}

export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly lineCount: number;
  readonly facts: Facts;
  /** Imports of the project's own files, resolved to paths. */
  readonly edges: readonly Edge[];
}

export interface Edge {
  readonly to: string;
  readonly line: number;
  readonly typeOnly: boolean;
}

export interface Project {
  readonly architecture: Architecture;
  readonly dependencies: readonly string[];
  /** Sources under `src`, tests and test data left out: tests may import anything. */
  readonly sources: readonly SourceFile[];
  /** Every file's path → text; only names of binary files. */
  readonly files: ReadonlyMap<string, string>;
}

export interface Finding {
  readonly rule: string;
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

const SOURCE = /^src\/.*\.tsx?$/u;
const NOT_SOURCE = /\.test\.tsx?$|\/testdata\/|\.d\.ts$/u;

export function projectOf(files: ReadonlyMap<string, string>): Project {
  const architecture = JSON.parse(files.get("architecture.json") ?? "{}") as Partial<Architecture>;
  const manifest = JSON.parse(files.get("package.json") ?? "{}") as { dependencies?: Record<string, string> };
  const sources = [...files]
    .filter(([path]) => SOURCE.test(path) && !NOT_SOURCE.test(path))
    .map(([path, text]) => sourceFile(path, text, files));
  return {
    architecture: { modules: {}, doors: {}, packages: {}, bundled: {}, network: {}, longFiles: {}, ...architecture },
    dependencies: Object.keys(manifest.dependencies ?? {}),
    sources,
    files,
  };
}

function sourceFile(path: string, text: string, files: ReadonlyMap<string, string>): SourceFile {
  const facts = factsOf(path, text);
  const edges = facts.imports
    .filter(({ specifier }) => specifier.startsWith("."))
    .map(({ specifier, line, typeOnly }) => ({ to: resolveImport(path, specifier, files), line, typeOnly }));
  return { path, text, lineCount: text.split("\n").length - (text.endsWith("\n") ? 1 : 0), facts, edges };
}

function resolveImport(from: string, specifier: string, files: ReadonlyMap<string, string>): string {
  const path = posix.join(posix.dirname(from), specifier.replace(/\?.*$/u, ""));
  return [path, `${path}.ts`, `${path}.tsx`, `${path}/index.ts`].find((candidate) => files.has(candidate)) ?? path;
}

const SKIPPED: ReadonlySet<string> = new Set([
  "node_modules",
  "dist",
  ".git",
  ".khien",
  "data",
  "test-results",
  ".vitest",
]);
const READ = /\.(?:tsx?|md|json|sql|css|html|mjs|svg)$/u;
const MAX_READ_BYTES = 2_000_000;

/** The project's files on disk, paths with `/`, relative to its root. */
export function readFiles(root: string): Map<string, string> {
  const files = new Map<string, string>();
  const visit = (folder: string) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!SKIPPED.has(entry.name)) visit(path);
      } else if (entry.isFile()) files.set(path, readable(root, path) ? readFileSync(join(root, path), "utf8") : "");
    }
  };
  visit("");
  return files;
}

function readable(root: string, path: string): boolean {
  return READ.test(path) && !path.includes("/testdata/") && statSync(join(root, path)).size <= MAX_READ_BYTES;
}
