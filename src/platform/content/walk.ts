import { opendir, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { ContentProblem } from "../../kernel/index.ts";
import type { ContentLimits } from "./limits.ts";

interface Wanted {
  readonly extensions: readonly string[];
  readonly limits: ContentLimits;
}

interface Listing {
  readonly paths: readonly string[];
  readonly problems: readonly ContentProblem[];
}

/**
 * Paths of the wanted files below `root`, sorted. Hidden files and folders are passed over; linked folders are never
 * entered (they may lead out, or in circles); linked files are judged by the reader.
 */
export async function listFiles(root: string, { extensions, limits }: Wanted): Promise<Listing> {
  const paths: string[] = [];
  const problems: ContentProblem[] = [];
  let full = false;

  const visit = async (folder: string, depth: number): Promise<void> => {
    if (depth > limits.depth) {
      problems.push({
        file: folder,
        line: 0,
        code: "content.folder.too_deep",
        message: `folders nest deeper than ${limits.depth}; not entered`,
      });
      return;
    }
    for await (const entry of await opendir(join(root, folder))) {
      if (full) return;
      if (entry.name.startsWith(".")) continue;
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) await visit(path, depth + 1);
      else if (
        extensions.some((extension) => entry.name.toLowerCase().endsWith(extension)) &&
        (entry.isFile() || (await leadsToFile(join(root, path))))
      ) {
        full = paths.length >= limits.files;
        if (!full) paths.push(path);
      }
    }
  };

  await visit("", 0);
  if (full)
    problems.push({
      file: "",
      line: 0,
      code: "content.folder.too_many",
      message: `more than ${limits.files} files; the rest is not read`,
    });
  return { paths: paths.sort(), problems };
}

async function leadsToFile(path: string): Promise<boolean> {
  // A broken link counts as a file, so that its reader can complain about it.
  return stat(path).then(
    (found) => found.isFile(),
    () => true,
  );
}

export function isInside(root: string, target: string): boolean {
  const path = relative(root, target);
  return path !== ".." && !path.startsWith(`..${sep}`);
}
