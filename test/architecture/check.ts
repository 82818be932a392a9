import { confined } from "./confined.ts";
import { cycles } from "./cycles.ts";
import { documents } from "./documents.ts";
import { layers } from "./layers.ts";
import { lengths } from "./lengths.ts";
import { packages } from "./packages.ts";
import { type Finding, type Project, projectOf } from "./project.ts";
import { purity } from "./purity.ts";
import { supply } from "./supply.ts";
import { tables } from "./tables.ts";

const RULES: readonly ((project: Project) => Finding[])[] = [
  syntax,
  layers,
  purity,
  confined,
  packages,
  cycles,
  lengths,
  documents,
  supply,
  tables,
];

/** Every breach of the import law and the house rules in a project given as path → text. */
export function checkArchitecture(files: ReadonlyMap<string, string>): Finding[] {
  const project = projectOf(files);
  return RULES.flatMap((rule) => rule(project));
}

export function formatFinding({ rule, file, line, message }: Finding): string {
  return `${file}:${line}: [${rule}] ${message}`;
}

/** A file that cannot be read cannot be judged. */
function syntax({ sources }: Project): Finding[] {
  return sources.flatMap(({ path, facts }) =>
    facts.syntaxErrors.map((message) => ({ rule: "syntax", file: path, line: 0, message })),
  );
}
