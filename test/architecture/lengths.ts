import type { Finding, Project } from "./project.ts";

export const MAX_FILE_LINES = 400;
const MAX_MAP_LINES = 150;
const MAX_README_LINES = 60;

/** Files stay readable in one sitting; exceptions are listed with a reason and leave the list when they shrink. */
export function lengths({ architecture, sources, files }: Project): Finding[] {
  const complain = (file: string, message: string): Finding => ({ rule: "lengths", file, line: 0, message });
  const long = sources.filter(({ lineCount }) => lineCount > MAX_FILE_LINES);
  const listed = Object.entries(architecture.longFiles);
  const documents = [...files].flatMap(([path, text]) => {
    const limit =
      path === "ARCHITECTURE.md"
        ? MAX_MAP_LINES
        : /^src\/modules\/[^/]+\/README\.md$/u.test(path)
          ? MAX_README_LINES
          : Infinity;
    const lines = text.trimEnd().split("\n").length;
    return lines > limit ? [complain(path, `${lines} lines, limit ${limit}`)] : [];
  });
  return [
    ...long
      .filter(({ path }) => !(path in architecture.longFiles))
      .map(({ path, lineCount }) =>
        complain(path, `${lineCount} lines, limit ${MAX_FILE_LINES}; split it or list it with a reason`),
      ),
    ...listed
      .filter(([path]) => !long.some((file) => file.path === path))
      .map(([path]) => complain("architecture.json", `${path} is not over the limit (any more)`)),
    ...listed
      .filter(([, reason]) => reason.trim().length < 10)
      .map(([path]) => complain("architecture.json", `${path} is listed without a reason`)),
    ...documents,
  ];
}
