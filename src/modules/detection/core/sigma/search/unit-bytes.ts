/**
 * Texts as bytes in WebAssembly's memory: the lower half of each code unit, so that a place in the bytes is the same
 * place in the text. ASCII stands as it is. A unit above 255 may pass for another, so what is found in such a text has
 * to be compared with the text itself; the only such unit that folds into ASCII is the Kelvin sign.
 *
 * Node's Buffer copies what the engine keeps in one byte per unit as it is; encoding UTF-8 takes ten times as long as
 * soon as one "®" stands in the text.
 */
export interface UnitBytes {
  readonly bytes: Uint8Array;
  /** The text must fit. */
  write(text: string): void;
}

/** The rest of the memory from a place on; to be asked for again when the memory has grown. */
export function unitBytes(memory: WebAssembly.Memory, at: number): UnitBytes {
  if (typeof Buffer === "undefined") return byUnit(new Uint8Array(memory.buffer, at));
  const bytes = Buffer.from(memory.buffer, at);
  return { bytes, write: (text) => void bytes.write(text, 0, text.length, "latin1") };
}

/** For engines without Buffer. */
export function byUnit(bytes: Uint8Array): UnitBytes {
  return {
    bytes,
    write: (text) => {
      for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
    },
  };
}
