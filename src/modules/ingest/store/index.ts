export { addTallies } from "./count.ts";
export * from "./health.ts";
export * from "./register.ts";
