import type { Finding, Project, SourceFile } from "./project.ts";

/** Names by which a decision could reach the clock, chance, the surroundings or the network. */
const IMPURE: ReadonlySet<string> = new Set([
  "Date.now",
  "new Date()",
  "performance",
  "Math.random",
  "crypto",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "queueMicrotask",
  "fetch",
  "WebSocket",
  "EventSource",
  "XMLHttpRequest",
  "process",
  "console",
  "globalThis",
  "require",
  "window",
  "document",
  "navigator",
  "localStorage",
  "Worker",
]);

/** The kernel, every `core` folder and the bounds they keep (`limits.ts`) decide from their arguments alone. */
export function purity({ sources }: Project): Finding[] {
  return sources.flatMap((file) => {
    const home = pureHome(file.path);
    return home === undefined ? [] : [...impureNames(file), ...impureImports(file, home)];
  });
}

/** What a pure file may import, beside the kernel: the pure files of its own folder. */
function pureHome(path: string): RegExp | undefined {
  if (path.startsWith("src/kernel/")) return /^src\/kernel\//u;
  const name = /^src\/((?:modules|platform)\/[^/]+)\/(?:core\/|limits\.ts$)/u.exec(path)?.[1];
  return name === undefined ? undefined : new RegExp(`^src/${name}/(?:core/|limits\\.ts$)`, "u");
}

function impureNames({ path, facts }: SourceFile): Finding[] {
  return facts.globals
    .filter(({ text }) => IMPURE.has(text))
    .map(({ text, line }) => ({ rule: "purity", file: path, line, message: `${text} in pure code` }));
}

function impureImports({ path, facts, edges }: SourceFile, home: RegExp): Finding[] {
  const complain = (line: number, what: string): Finding => ({
    rule: "purity",
    file: path,
    line,
    message: `pure code imports ${what}`,
  });
  return [
    ...facts.imports
      .filter(({ specifier }) => !specifier.startsWith("."))
      .map(({ specifier, line }) => complain(line, specifier)),
    ...edges
      .filter(({ to }) => !home.test(to) && !to.startsWith("src/kernel/"))
      .map(({ to, line }) => complain(line, to)),
  ];
}
