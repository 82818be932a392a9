/** The one door to YAML. Never throws for what the text holds: complaints come back with their line. */
import { parseFastYaml } from "./fast.ts";
import { parseFullYaml, refusal } from "./full.ts";
import { MAX_YAML_DEPTH, MAX_YAML_LENGTH } from "./limits.ts";
import type { YamlDocument } from "./tree.ts";

export { plainValue } from "./plain-value.ts";
export type { YamlDocument, YamlEntry, YamlList, YamlMap, YamlNode, YamlProblem, YamlScalar } from "./tree.ts";

export function parseYaml(text: string): readonly YamlDocument[] {
  if (text.length > MAX_YAML_LENGTH) {
    return [refusal({ line: 0, code: "yaml.text.too-long", message: `longer than ${MAX_YAML_LENGTH} characters` })];
  }
  const fast = parseFastYaml(text);
  if (fast !== undefined) return fast;
  const deepLine = lineTooDeep(text);
  if (deepLine !== undefined) {
    return [
      refusal({ line: deepLine, code: "yaml.depth.too-deep", message: `nested more than ${MAX_YAML_DEPTH} deep` }),
    ];
  }
  return parseFullYaml(text);
}

/** Parser in the shape the Sigma core asks for. */
export const yamlParser = { parse: parseYaml };

/**
 * The package recurses, so nesting is bounded before it runs. Brackets inside text count too: a margin of a thousand
 * keeps honest texts out of it.
 */
const MAX_OPEN_BRACKETS = 1_000;
const dashes = /^\s*(?:[-?:]\s+){65}/;
const MAX_INDENT = 1_000;

function lineTooDeep(text: string): number | undefined {
  let open = 0;
  let line = 1;
  let indent = 0;
  let atStart = true;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0x0a) {
      line++;
      indent = 0;
      atStart = true;
      continue;
    }
    if (atStart && unit === 0x20) {
      if (++indent > MAX_INDENT) return line;
      continue;
    }
    if (atStart && (unit === 0x2d || unit === 0x3f) && dashes.test(text.slice(at, at + 400))) return line;
    atStart = false;
    if (unit === 0x5b || unit === 0x7b) open++;
    else if (unit === 0x5d || unit === 0x7d) open = Math.max(0, open - 1);
    if (open > MAX_OPEN_BRACKETS) return line;
  }
  return undefined;
}
