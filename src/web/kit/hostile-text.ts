/**
 * Finds what the eye cannot see in text from outside: control characters, bidirectional overrides, zero-width
 * characters, lone surrogates, tag characters. Each becomes a visible mark, so that a log line cannot lie about itself.
 */
export type TextPiece =
  | { readonly kind: "text"; readonly text: string; readonly from: number }
  | { readonly kind: "mark"; readonly label: string; readonly name: string; readonly from: number };

const C0 =
  "NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US".split(
    " ",
  );
const NAMED: Readonly<Record<number, string>> = {
  0xad: "SHY",
  0x61c: "ALM",
  0x180e: "MVS",
  0x200b: "ZWSP",
  0x200c: "ZWNJ",
  0x200d: "ZWJ",
  0x200e: "LRM",
  0x200f: "RLM",
  0x2028: "LSEP",
  0x2029: "PSEP",
  0x202a: "LRE",
  0x202b: "RLE",
  0x202c: "PDF",
  0x202d: "LRO",
  0x202e: "RLO",
  0x2060: "WJ",
  0x2066: "LRI",
  0x2067: "RLI",
  0x2068: "FSI",
  0x2069: "PDI",
  0xfeff: "BOM",
};

// Line feed, carriage return and tab are marked too, unless the caller shows the text as a block. With the flag u the
// range of surrogates matches only those that stand alone.
const SUSPECT =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\u{e0000}-\u{e01ef}]/gu;

function labelOf(code: number): string {
  const named = NAMED[code];
  if (named !== undefined) return named;
  if (code < 0x20) return C0[code] ?? "";
  if (code === 0x7f) return "DEL";
  return `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
}

export function visiblePieces(text: string, block: boolean): TextPiece[] {
  const pieces: TextPiece[] = [];
  let last = 0;
  for (const match of text.matchAll(SUSPECT)) {
    const code = match[0].codePointAt(0) ?? 0;
    if (block && (code === 0x0a || code === 0x09)) continue;
    if (block && code === 0x0d && text.charCodeAt(match.index + 1) === 0x0a) continue;
    if (match.index > last) pieces.push({ kind: "text", text: text.slice(last, match.index), from: last });
    const name = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
    pieces.push({ kind: "mark", label: labelOf(code), name, from: match.index });
    last = match.index + match[0].length;
  }
  if (last < text.length) pieces.push({ kind: "text", text: text.slice(last), from: last });
  return pieces;
}
