export * from "./event.ts";
export * from "./fault.ts";
export * from "./id.ts";
export * from "./instant.ts";
export * from "./journal.ts";
export * from "./problem.ts";
export * from "./severity.ts";
export * from "./text.ts";
