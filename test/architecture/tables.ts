import type { Finding, Project } from "./project.ts";

const LITERAL = /^(?:export )?const (\w+): (?:Readonly<)?Record<string, .*> = \{/u;
const OURS = /^src\/(?:kernel|platform|modules|apps)\/(?!.*(?:\.test\.ts$|\/testdata\/))/u;

/**
 * A literal that is asked with any text answers a function for `constructor`: a word from a log, a file or a person
 * must not find that. Such tables are made by the kernel's `tableOf`.
 */
export function tables({ files }: Project): Finding[] {
  return [...files].flatMap(([path, text]) =>
    OURS.test(path) && path.endsWith(".ts")
      ? text.split("\n").flatMap((line, index): Finding[] => {
          const name = LITERAL.exec(line)?.[1];
          const message = `${name} is a literal asked with any text; make it with tableOf`;
          return name === undefined ? [] : [{ rule: "tables", file: path, line: index + 1, message }];
        })
      : [],
  );
}
