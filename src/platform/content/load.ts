import { readFile, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import type { ContentProblem } from "../../kernel/index.ts";
import { CONTENT_LIMITS, type ContentLimits } from "./limits.ts";
import { isInside, listFiles } from "./walk.ts";

export interface ContentFile {
  /** Path inside the content folder, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** What became of one file: items it yields and complaints about it. A rejected file yields no item. */
export interface Judged<Item> {
  readonly items: readonly Item[];
  readonly problems: readonly ContentProblem[];
}

export interface ContentSource<Item> {
  readonly dir: string;
  /** With the dot: ".yml". Compared without regard to case. */
  readonly extension: string | readonly string[];
  /** Judges one file; bad content is returned as problems, never thrown. */
  readonly parse: (file: ContentFile) => Judged<Item>;
  readonly limits?: Partial<ContentLimits>;
}

export interface Loaded<Item> extends Judged<Item> {
  /** Files looked at, good and bad. */
  readonly files: number;
}

/** Reads every file of a content folder, in the order of their paths: same folder, same result. */
export async function loadContent<Item>({ dir, extension, parse, limits }: ContentSource<Item>): Promise<Loaded<Item>> {
  const bounds = { ...CONTENT_LIMITS, ...limits };
  const extensions = (typeof extension === "string" ? [extension] : extension).map((one) => one.toLowerCase());
  const root = await realpath(dir).catch(() => undefined);
  if (root === undefined)
    return { items: [], problems: [complain(dir, "content.folder.missing", "the folder does not exist")], files: 0 };

  const { paths, problems: walkProblems } = await listFiles(root, { extensions, limits: bounds });
  const items: Item[] = [];
  const problems: ContentProblem[] = [...walkProblems];
  let bytesLeft = bounds.totalBytes;
  for (const path of paths) {
    const read = await readContentFile(root, path, Math.min(bounds.fileBytes, bytesLeft));
    if ("problem" in read) {
      problems.push(read.problem);
      continue;
    }
    bytesLeft -= read.bytes;
    const judged = parse({ path, text: read.text });
    items.push(...judged.items);
    problems.push(...judged.problems);
  }
  return { items, problems, files: paths.length };
}

type Read = { readonly text: string; readonly bytes: number } | { readonly problem: ContentProblem };

async function readContentFile(root: string, path: string, maxBytes: number): Promise<Read> {
  try {
    const target = await realpath(join(root, path));
    if (!isInside(root, target)) {
      return {
        problem: complain(
          path,
          "content.file.outside",
          "the link leads out of the content folder",
          "copy the file into the folder",
        ),
      };
    }
    // The size first: a device or a huge file must not be read at all.
    const { size } = await stat(target);
    if (size > maxBytes)
      return {
        problem: complain(
          path,
          "content.file.too_large",
          `${size} bytes, at most ${maxBytes} are read`,
          "split the file",
        ),
      };
    const bytes = await readFile(target);
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), bytes: bytes.length };
  } catch (error) {
    if (error instanceof TypeError)
      return { problem: complain(path, "content.file.not_utf8", "the file is not UTF-8 text", "save it as UTF-8") };
    return {
      problem: complain(
        path,
        "content.file.unreadable",
        `cannot be read: ${(error as NodeJS.ErrnoException).code ?? (error as Error).message}`,
      ),
    };
  }
}

function complain(file: string, code: string, message: string, hint?: string): ContentProblem {
  return { file, line: 0, code, message, ...(hint === undefined ? {} : { hint }) };
}
