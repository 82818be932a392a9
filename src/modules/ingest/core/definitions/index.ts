/** Parsers as content: the definition language and its engine. Pure; files are read by ../../parsers.ts. */
export type { ParserDefinition, Sample } from "./definition.ts";
export type { DocumentNode } from "../../../../kernel/index.ts";
export { type NearMiss, ParserSet } from "./parser-set.ts";
export { readDefinition, type ReadDefinition } from "./read-definition.ts";
