export type { Block, Column, Paper } from "./model.ts";
export { type Form, Press } from "./press.ts";
