/** Whether a JSON text, copied into the memory of a search, writes a character as `\u…`. */
import { UNICODE_ESCAPE_WASM } from "./unicode-escape-wasm.ts";
import { instantiate } from "./wasm.ts";

/** Of the bytes from `start` to before `end`; sixteen more must be there to be read. */
export type EscapeCheck = (start: number, end: number) => boolean;

export function escapeCheck(memory: WebAssembly.Memory): EscapeCheck {
  const { standsIn } = instantiate<{ standsIn(start: number, end: number): number }>(UNICODE_ESCAPE_WASM, {
    text: { memory },
  });
  return (start, end) => standsIn(start, end) === 1;
}
