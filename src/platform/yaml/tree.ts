/** A YAML text as plain data with line numbers. Structurally the same as the Sigma core's DocumentNode. */
export type YamlNode = YamlMap | YamlList | YamlScalar;

export interface YamlMap {
  readonly kind: "map";
  readonly line: number;
  readonly entries: readonly YamlEntry[];
}

export interface YamlEntry {
  readonly key: string;
  readonly line: number;
  readonly value: YamlNode;
}

export interface YamlList {
  readonly kind: "list";
  readonly line: number;
  readonly items: readonly YamlNode[];
}

export interface YamlScalar {
  readonly kind: "scalar";
  readonly line: number;
  readonly value: string | number | boolean | null;
  /** The number as written when that is not how it prints: `0x17`, `007`. */
  readonly written?: string;
}

export interface YamlProblem {
  readonly line: number;
  readonly column?: number;
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

export interface YamlDocument {
  readonly line: number;
  readonly root?: YamlNode;
  readonly problems: readonly YamlProblem[];
}

export class YamlRefused extends Error {
  readonly problem: YamlProblem;
  constructor(problem: YamlProblem) {
    super(problem.message);
    this.problem = problem;
  }
}
