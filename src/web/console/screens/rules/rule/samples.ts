/** Sample records written into a rule (`x-khien.samples`, docs/content-style): the records alone, read by indentation. */
export interface Sample {
  /** Whether the rule is meant to fire on it. */
  readonly fires: boolean;
  readonly raw: string;
}

const SECTION = /^(\s*)(firing|silent):\s*$/u;
const RAW = /^(\s*)(?:-\s+)?raw:\s*\|[+-]?\s*$/u;

function indentOf(line: string): number {
  return /^\s*/u.exec(line)?.[0].length ?? 0;
}

/** Lines of the block scalar that starts after `at`, without their common indentation. */
function blockAfter(lines: readonly string[], at: number, parent: number): string {
  const block: string[] = [];
  for (const line of lines.slice(at + 1)) {
    if (line.trim() !== "" && indentOf(line) <= parent) break;
    block.push(line);
  }
  const indent = Math.min(...block.filter((line) => line.trim() !== "").map(indentOf));
  return block
    .map((line) => line.slice(indent))
    .join("\n")
    .trimEnd();
}

export function samplesOf(text: string): Sample[] {
  const lines = text.split("\n");
  const samples: Sample[] = [];
  let fires: boolean | undefined;
  let inside: number | undefined;
  for (const [at, line] of lines.entries()) {
    if (/^\s*samples:\s*$/u.test(line)) inside = indentOf(line);
    else if (inside !== undefined && line.trim() !== "" && indentOf(line) <= inside) inside = undefined;
    if (inside === undefined) continue;
    const section = SECTION.exec(line);
    if (section !== null) fires = section[2] === "firing";
    const raw = RAW.exec(line);
    if (raw === null || fires === undefined) continue;
    const found = blockAfter(lines, at, indentOf(line));
    if (found !== "") samples.push({ fires, raw: found });
  }
  return samples;
}
