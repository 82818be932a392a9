/** All SQL of the module: what comes in, what people do, what is read. */
export * from "./findings.ts";
export * from "./groups.ts";
export * from "./history.ts";
export * from "./urgency.ts";
