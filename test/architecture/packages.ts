import { isWithin } from "./confined.ts";
import type { Finding, Project, SourceFile } from "./project.ts";

/** Each foreign part has one adapter folder, so that it can be judged, watched and replaced there. */
export function packages(project: Project): Finding[] {
  return [...project.sources.flatMap((file) => imports(project, file)), ...lists(project)];
}

/** Tools of the console's build, never part of what is shipped. */
const BUILD_TOOLS: ReadonlySet<string> = new Set(["vite", "@vitejs/plugin-react", "@lingui/message-utils"]);

function imports({ architecture }: Project, { path, facts }: SourceFile): Finding[] {
  const isWeb = path.startsWith("src/web/");
  const homes = isWeb ? architecture.bundled : architecture.packages;
  return facts.imports.flatMap(({ specifier, line, typeOnly }) => {
    const name = packageOf(specifier);
    if (name === undefined || (isWeb && BUILD_TOOLS.has(name) && /(?:\.config|-plugin|\.d)\.ts$/u.test(path)))
      return [];
    const home = homes[name];
    if (home !== undefined && isWithin(path, home)) return [];
    // Our own shapes of a virtual module of the build, and Node's types of a package's types.
    if (typeOnly && isWeb && BUILD_TOOLS.has(name)) return [];
    const message =
      home === undefined ? `${name} is not listed in architecture.json` : `${name} is imported in ${home} only`;
    return [{ rule: "packages", file: path, line, message }];
  });
}

/** package.json and architecture.json name the same runtime packages. */
function lists({ architecture, dependencies }: Project): Finding[] {
  const listed = Object.keys(architecture.packages);
  const complain = (message: string): Finding => ({ rule: "packages", file: "architecture.json", line: 0, message });
  return [
    ...dependencies
      .filter((name) => !listed.includes(name))
      .map((name) => complain(`runtime package ${name} is not listed`)),
    ...listed
      .filter((name) => !dependencies.includes(name))
      .map((name) => complain(`${name} is listed but is no runtime package`)),
  ];
}

/** "@scope/name/deep" → "@scope/name"; undefined for own files, Node's modules and the build's virtual modules. */
export function packageOf(specifier: string): string | undefined {
  if (/^(?:\.|\/|node:|virtual:|\?$)/u.test(specifier)) return undefined;
  const parts = specifier.split("/");
  return specifier.startsWith("@") ? parts.slice(0, 2).join("/") : parts[0];
}
