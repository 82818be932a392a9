export * from "./destinations.ts";
export * from "./inbox.ts";
export * from "./letters.ts";
export * from "./rules.ts";
