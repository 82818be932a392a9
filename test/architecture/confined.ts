import type { Finding, Project, SourceFile } from "./project.ts";

/** What is dangerous everywhere lives in few, named places: SQL, the environment, the network, other programs. */
export function confined(project: Project): Finding[] {
  return project.sources
    .flatMap((file) => [...sql(file), ...environment(file), ...network(project, file), ...programs(file)])
    .concat(sqlFiles(project), staleNetwork(project));
}

const SQL_HOME = /(?:\/store\.ts|\/store\/[^/]+\.ts)$|^src\/platform\/db\//u;
const SQL_TEXT =
  /^\s*(?:select\s[\s\S]+\sfrom\s|insert\s+(?:or\s+\w+\s+)?into\s|update\s+\S+\s+set\s|delete\s+from\s|create\s+(?:or\s+replace\s+)?(?:temp\s+)?(?:unique\s+)?(?:table|index|view|macro)\s|alter\s+table\s|drop\s+(?:table|view|index)\s|pragma\s+\w+|with\s+\w+\s+as\s*\(|copy\s+\(|attach\s+')/iu;
const BUILDER_CALLS: ReadonlySet<string> = new Set([
  "selectFrom",
  "insertInto",
  "updateTable",
  "deleteFrom",
  "replaceInto",
  "mergeInto",
]);

function sql({ path, facts }: SourceFile): Finding[] {
  if (SQL_HOME.test(path) || path.startsWith("src/web/")) return [];
  const complain = (line: number): Finding => ({ rule: "sql", file: path, line, message: "SQL outside store.ts" });
  return [
    ...facts.literals.filter(({ text }) => SQL_TEXT.test(text)).map(({ line }) => complain(line)),
    ...facts.calls.filter(({ text }) => BUILDER_CALLS.has(text)).map(({ line }) => complain(line)),
  ];
}

function sqlFiles({ files }: Project): Finding[] {
  return [...files.keys()]
    .filter((path) => path.startsWith("src/") && path.endsWith(".sql") && !/\/(?:migrations|store)\/[^/]+$/u.test(path))
    .map((file) => ({ rule: "sql", file, line: 0, message: "SQL files lie in migrations/ or store/" }));
}

function environment({ path, facts }: SourceFile): Finding[] {
  if (path.startsWith("src/platform/config/")) return [];
  const complain = (line: number): Finding => ({
    rule: "environment",
    file: path,
    line,
    message: "the environment is read in src/platform/config only",
  });
  return [
    ...facts.globals
      .filter(({ text }) => text === "process.env" || text === "globalThis.process")
      .map(({ line }) => complain(line)),
    ...facts.imports
      .filter(({ specifier }) => /^(?:node:)?process$/u.test(specifier))
      .map(({ line }) => complain(line)),
  ];
}

const NETWORK_MODULES =
  /^(?:node:)?(?:net|dgram|http|https|http2|tls|dns|dns\/promises|quic|inspector)$|^(?:undici|ws)$/u;
const NETWORK_GLOBALS: ReadonlySet<string> = new Set([
  "fetch",
  "WebSocket",
  "EventSource",
  "XMLHttpRequest",
  "navigator.sendBeacon",
]);

function network({ architecture }: Project, { path, facts }: SourceFile): Finding[] {
  if (Object.keys(architecture.network).some((home) => isWithin(path, home))) return [];
  const complain = (line: number, what: string): Finding => ({
    rule: "network",
    file: path,
    line,
    message: `${what} outside the places listed under "network"`,
  });
  return [
    // Types of sockets and requests are harmless.
    ...facts.imports
      .filter(({ specifier, typeOnly }) => !typeOnly && NETWORK_MODULES.test(specifier))
      .map(({ specifier, line }) => complain(line, specifier)),
    ...facts.globals.filter(({ text }) => NETWORK_GLOBALS.has(text)).map(({ text, line }) => complain(line, text)),
  ];
}

function staleNetwork({ architecture, sources }: Project): Finding[] {
  return Object.keys(architecture.network)
    .filter((home) => !sources.some(({ path }) => isWithin(path, home)))
    .map((home) => ({ rule: "network", file: "architecture.json", line: 0, message: `${home} does not exist` }));
}

const PROGRAM_MODULES = /^(?:node:)?(?:child_process|cluster|vm|module|repl|wasi)$/u;
const EVALUATORS: ReadonlySet<string> = new Set([
  "eval",
  "Function",
  "require",
  "process.binding",
  "process.dlopen",
  "process.getBuiltinModule",
]);

/** Another program, or code made from text, would be a way round every rule here. */
function programs({ path, facts }: SourceFile): Finding[] {
  const complain = (line: number, what: string): Finding => ({
    rule: "programs",
    file: path,
    line,
    message: `${what}: the product starts no other program and runs no text as code`,
  });
  return [
    ...facts.imports
      .filter(({ specifier }) => PROGRAM_MODULES.test(specifier))
      .map(({ specifier, line }) => complain(line, specifier)),
    ...facts.globals.filter(({ text }) => EVALUATORS.has(text)).map(({ text, line }) => complain(line, text)),
  ];
}

export function isWithin(path: string, home: string): boolean {
  return path === home || path.startsWith(`${home}/`);
}
