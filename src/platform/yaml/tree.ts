/** A YAML text as the kernel's tree, under the names this folder uses. */
import type {
  DocumentNode,
  DocumentProblem,
  ListNode,
  MapEntry,
  MapNode,
  ParsedDocument,
  ScalarNode,
} from "../../kernel/index.ts";

export type YamlNode = DocumentNode;
export type YamlMap = MapNode;
export type YamlEntry = MapEntry;
export type YamlList = ListNode;
export type YamlScalar = ScalarNode;
export type YamlProblem = DocumentProblem;
export type YamlDocument = ParsedDocument;

export class YamlRefused extends Error {
  readonly problem: YamlProblem;
  constructor(problem: YamlProblem) {
    super(problem.message);
    this.problem = problem;
  }
}
