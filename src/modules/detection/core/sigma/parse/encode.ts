/**
 * Byte encodings of the modifiers `wide`, `utf16*`, `base64` and `base64offset`. A byte string is a JavaScript
 * string whose units are bytes (0–255), so that the same code serves text and bytes.
 */
export type Utf16Form = "utf16le" | "utf16be" | "utf16";

export function toUtf16Bytes(text: string, form: Utf16Form): string {
  let bytes = form === "utf16" ? "\u00ff\u00fe" : "";
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    const low = String.fromCharCode(unit & 0xff);
    const high = String.fromCharCode(unit >> 8);
    bytes += form === "utf16be" ? high + low : low + high;
  }
  return bytes;
}

export function toUtf8Bytes(text: string): string {
  let bytes = "";
  for (const character of text.toWellFormed()) {
    const point = character.codePointAt(0) as number;
    if (point < 0x80) bytes += character;
    else if (point < 0x800) bytes += String.fromCharCode(0xc0 | (point >> 6), tail(point));
    else if (point < 0x1_0000) bytes += String.fromCharCode(0xe0 | (point >> 12), tail(point >> 6), tail(point));
    else bytes += String.fromCharCode(0xf0 | (point >> 18), tail(point >> 12), tail(point >> 6), tail(point));
  }
  return bytes;
}

function tail(bits: number): number {
  return 0x80 | (bits & 0x3f);
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

export function base64(bytes: string): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const group =
      (bytes.charCodeAt(at) << 16) | ((bytes.charCodeAt(at + 1) || 0) << 8) | (bytes.charCodeAt(at + 2) || 0);
    text += (alphabet[group >> 18] as string) + (alphabet[(group >> 12) & 63] as string);
    text += left > 1 ? (alphabet[(group >> 6) & 63] as string) : "=";
    text += left > 2 ? (alphabet[group & 63] as string) : "=";
  }
  return text;
}

/** The part of the encoding that does not depend on what stands before or after, for each of the three alignments. */
export function base64Offsets(bytes: string): string[] {
  const startCut = [0, 2, 3];
  const endCut = [0, 3, 2];
  return [0, 1, 2].map((shift) => {
    const encoded = base64("\0".repeat(shift) + bytes);
    return encoded.slice(startCut[shift], encoded.length - (endCut[(bytes.length + shift) % 3] as number));
  });
}
