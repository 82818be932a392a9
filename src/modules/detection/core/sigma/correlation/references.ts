/** Rules by id or name, as correlations name them. */
import type { Rule } from "../rule.ts";
import type { Correlation } from "./correlation.ts";

export type Target = Rule | Correlation;

export interface References {
  /** One per entry of `rules`. */
  readonly targets: readonly Target[];
  /** Position in `rules` of what a text (id or name) means. */
  readonly positionOf: (text: string) => number | undefined;
}

export interface ReferenceProblem {
  readonly code: string;
  readonly line: number;
  readonly message: string;
  readonly hint?: string;
}

export class Resolver {
  private readonly ids = new Map<string, Target>();
  /** `undefined`: several carry the name. */
  private readonly names = new Map<string, Target | undefined>();

  constructor(rules: readonly Rule[], correlations: readonly Correlation[]) {
    for (const target of [...rules, ...correlations]) {
      if (!this.ids.has(target.id)) this.ids.set(target.id, target);
      if (target.name === undefined) continue;
      this.names.set(target.name, this.names.has(target.name) ? undefined : target);
    }
  }

  /** The first one with the id. */
  byId(id: string): Target | undefined {
    return this.ids.get(id);
  }

  resolve(correlation: Correlation): References | ReferenceProblem {
    const targets: Target[] = [];
    for (const { text, line } of correlation.rules) {
      const target = this.find(text);
      if (target === undefined) return this.unknown(text, line);
      if (targets.includes(target)) {
        return { code: "rules", line, message: `"${text}" is named twice`, hint: "one event cannot stand for two" };
      }
      targets.push(target);
    }
    return {
      targets,
      positionOf: (text) => {
        const target = this.find(text);
        const position = target === undefined ? -1 : targets.indexOf(target);
        return position === -1 ? undefined : position;
      },
    };
  }

  private find(text: string): Target | undefined {
    return this.ids.get(text) ?? this.names.get(text);
  }

  private unknown(text: string, line: number): ReferenceProblem {
    return this.names.has(text)
      ? { code: "reference", line, message: `several rules are named "${text}"`, hint: "use the id" }
      : {
          code: "reference",
          line,
          message: `there is no rule "${text}"`,
          hint: "rules are named by id or by their `name`; they must be loaded and enabled",
        };
  }
}
