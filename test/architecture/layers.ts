import type { Edge, Finding, Project, SourceFile } from "./project.ts";

type Judge = (from: SourceFile, edge: Edge) => string | undefined;

/** Who may import whom: kernel ← platform ← modules (earlier, declared, through their door) ← apps; web reads shapes. */
export function layers(project: Project): Finding[] {
  return [...declarations(project), ...imports(project)];
}

function imports(project: Project): Finding[] {
  const judge = judgeOf(project);
  return project.sources.flatMap((file) => [
    ...file.facts.imports
      .filter(({ specifier }) => specifier === "?")
      .map(({ line }) => ({
        rule: "layers",
        file: file.path,
        line,
        message: "an import whose target is computed cannot be checked",
      })),
    ...file.edges.flatMap((edge) => {
      const message = judge(file, edge);
      return message === undefined ? [] : [{ rule: "layers", file: file.path, line: edge.line, message }];
    }),
  ]);
}

function judgeOf(project: Project): Judge {
  return (from, edge) => {
    if (/\.test\.tsx?$|^test\//u.test(edge.to)) return `product code imports a test: ${edge.to}`;
    if (!edge.to.startsWith("src/"))
      return from.path.startsWith("src/web/") ? undefined : `imports outside src: ${edge.to}`;
    switch (layerOf(from.path)) {
      case "kernel":
        return layerOf(edge.to) === "kernel" ? undefined : `the kernel imports nothing but itself, not ${edge.to}`;
      case "platform":
        return ["kernel", "platform"].includes(layerOf(edge.to))
          ? undefined
          : `the platform knows no ${layerOf(edge.to)}: ${edge.to}`;
      case "modules":
        return judgeModule(project, from, edge);
      case "apps":
        return layerOf(edge.to) === "web"
          ? "apps serve the built console, they do not import it"
          : judgeDoor(project, edge);
      case "web":
        return judgeWeb(project, from, edge);
      default:
        return `${from.path} lies in no layer`;
    }
  };
}

function judgeModule(project: Project, from: SourceFile, edge: Edge): string | undefined {
  const own = moduleOf(from.path) ?? "";
  const other = moduleOf(edge.to);
  if (other === undefined)
    return ["kernel", "platform"].includes(layerOf(edge.to))
      ? undefined
      : `a module may not import ${layerOf(edge.to)}: ${edge.to}`;
  if (other === own) return undefined;
  if (!(project.architecture.modules[own] ?? []).includes(other))
    return `${own} does not declare that it needs ${other}`;
  return judgeDoor(project, edge);
}

function judgeDoor(project: Project, edge: Edge): string | undefined {
  const name = moduleOf(edge.to);
  if (name === undefined || edge.to === `src/modules/${name}/index.ts` || edge.to === `src/modules/${name}/schemas.ts`)
    return undefined;
  return edge.to in project.architecture.doors ? undefined : `${edge.to} is inside ${name}; its door is index.ts`;
}

/** Code that runs when the console is built, not in the browser. */
const BUILD_TIME = /^src\/web\/(?:.*\/)?(?:vite\.config|[a-z-]+-plugin)\.ts$/u;

function judgeWeb(project: Project, from: SourceFile, edge: Edge): string | undefined {
  if (layerOf(edge.to) === "web") {
    return from.path.startsWith("src/web/kit/") && !edge.to.startsWith("src/web/kit/")
      ? `the kit knows no page: ${edge.to}`
      : undefined;
  }
  if (BUILD_TIME.test(from.path)) return undefined;
  if (layerOf(edge.to) === "kernel") return undefined;
  if (!edge.to.endsWith("/schemas.ts") && !(edge.to in project.architecture.doors))
    return `the browser may see shapes (schemas.ts), not ${edge.to}`;
  return edge.typeOnly ? undefined : `shapes reach the browser as types only: ${edge.to}`;
}

/** The declared map itself: every module folder listed, every listed one there, needs only earlier ones. */
function declarations({ architecture, sources }: Project): Finding[] {
  const found = new Set(sources.map(({ path }) => moduleOf(path)).filter((name) => name !== undefined));
  const listed = Object.keys(architecture.modules);
  const complain = (message: string): Finding => ({ rule: "layers", file: "architecture.json", line: 0, message });
  return [
    ...[...found].filter((name) => !listed.includes(name)).map((name) => complain(`src/modules/${name} is not listed`)),
    ...listed.filter((name) => !found.has(name)).map((name) => complain(`module ${name} is listed but has no source`)),
    ...listed.flatMap((name, at) =>
      (architecture.modules[name] ?? [])
        .filter((need) => !listed.slice(0, at).includes(need))
        .map((need) => complain(`${name} needs ${need}, which does not come before it`)),
    ),
    ...Object.keys(architecture.doors)
      .filter((door) => !sources.some(({ path }) => path === door))
      .map((door) => complain(`door ${door} does not exist`)),
  ];
}

export function layerOf(path: string): string {
  return /^src\/(kernel|platform|modules|apps|web)\//u.exec(path)?.[1] ?? "outside";
}

export function moduleOf(path: string): string | undefined {
  return /^src\/modules\/([^/]+)\//u.exec(path)?.[1];
}
