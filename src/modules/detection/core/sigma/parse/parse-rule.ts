/** One detection rule: who wrote it, what it looks at, how it decides. */
import { Attributes } from "./attributes.ts";
import type { MapNode } from "./document.ts";
import { parseDetection } from "./parse-detection.ts";
import type { DocumentContext } from "./parse-metadata.ts";
import { parseLogSource, parseMetadata } from "./parse-metadata.ts";
import type { Rule } from "../rule.ts";

export function parseRuleDocument(root: MapNode, context: DocumentContext): Rule | undefined {
  const { complaints } = context;
  const attributes = new Attributes(root, complaints);
  const metadata = parseMetadata(attributes, context);
  const detection = attributes.map("detection");
  const logsource = attributes.map("logsource");
  if (detection === undefined || logsource === undefined) return undefined;
  return {
    kind: "detection",
    ...metadata,
    logsource: parseLogSource(logsource, complaints),
    detection: parseDetection(detection, complaints),
  };
}
