/** All SQL of the module. */
export * from "./cases.ts";
export * from "./history.ts";
export * from "./links.ts";
export * from "./members.ts";
export * from "./parts.ts";
