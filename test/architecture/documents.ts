import { posix } from "node:path";
import type { Finding, Project } from "./project.ts";

/** Documents that do not hold are worse than none: the tables and links that can be checked are. */
export function documents(project: Project): Finding[] {
  return [...moduleTable(project), ...dependencyTable(project), ...links(project)];
}

/** ARCHITECTURE.md: rows `| name | owns | needs |` in the order and with the needs of architecture.json. */
function moduleTable({ architecture, files }: Project): Finding[] {
  const rows = tableRows(files.get("ARCHITECTURE.md") ?? "", "| module | owns | needs |").map(
    ([name = "", , needs = ""]) => `${name}: ${needs}`,
  );
  const expected = Object.entries(architecture.modules).map(
    ([name, needs]) => `${name}: ${needs.length === 0 ? "–" : needs.join(" ")}`,
  );
  if (rows.join("\n") === expected.join("\n")) return [];
  return [
    {
      rule: "documents",
      file: "ARCHITECTURE.md",
      line: 0,
      message: `module table differs from architecture.json; expected\n  ${expected.join("\n  ")}\nfound\n  ${rows.join("\n  ")}`,
    },
  ];
}

function dependencyTable({ architecture, dependencies, files }: Project): Finding[] {
  const text = files.get("docs/dependencies.md") ?? "";
  return [...new Set([...dependencies, ...Object.keys(architecture.bundled)])]
    .filter((name) => !text.includes(`| \`${name}\` |`))
    .map((name) => ({ rule: "documents", file: "docs/dependencies.md", line: 0, message: `no row for ${name}` }));
}

const LINK = /\]\(([^)\s]+)\)/gu;

function links({ files }: Project): Finding[] {
  const folders = new Set([...files.keys()].flatMap(foldersOf));
  return [...files]
    .filter(([path]) => path.endsWith(".md"))
    .flatMap(([file, text]) =>
      text.split("\n").flatMap((line, at) =>
        [...line.matchAll(LINK)].flatMap(([, target = ""]) => {
          if (/^(?:[a-z]+:|#)/iu.test(target)) return [];
          const path = posix.join(posix.dirname(file), decodeURI(target.replace(/#.*$/u, ""))).replace(/\/$/u, "");
          return files.has(path) || folders.has(path)
            ? []
            : [{ rule: "documents", file, line: at + 1, message: `link to ${target}, which is not there` }];
        }),
      ),
    );
}

function tableRows(text: string, head: string): string[][] {
  const lines = text.split("\n");
  const start = lines.indexOf(head);
  if (start === -1) return [];
  const end = lines.findIndex((line, at) => at > start && !line.startsWith("|"));
  return lines.slice(start + 2, end === -1 ? undefined : end).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim().replace(/^\[?`?([^\]`]*).*$/u, "$1")),
  );
}

function foldersOf(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join("/"));
}
