/** All SQL of the module: what comes in, what people do, what is read. */
export * from "./entities.ts";
export * from "./facts.ts";
export * from "./families.ts";
export * from "./findings.ts";
export * from "./grouping.ts";
export * from "./groups.ts";
export * from "./history.ts";
export * from "./urgency.ts";
