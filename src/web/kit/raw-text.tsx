import type { ReactNode } from "react";
import { visiblePieces } from "./hostile-text.ts";
import { useText } from "./i18n/text.tsx";

const MAX_SHOWN = 65_536;

export interface TextRange {
  readonly from: number;
  readonly to: number;
}

interface RawTextProps {
  readonly text: string;
  /** UTF-16 ranges to highlight. */
  readonly ranges?: readonly TextRange[];
  /** A block keeps line breaks; inline text shows them as marks. */
  readonly block?: boolean;
}

/** Splits one piece of plain text at the highlight borders. */
function highlighted(text: string, from: number, ranges: readonly TextRange[]): ReactNode[] {
  const cuts = new Set<number>([0, text.length]);
  for (const range of ranges) {
    for (const edge of [range.from - from, range.to - from]) if (edge > 0 && edge < text.length) cuts.add(edge);
  }
  const edges = [...cuts].sort((a, b) => a - b);
  return edges.slice(0, -1).map((start, index) => {
    const part = text.slice(start, edges[index + 1]);
    const inside = ranges.some((range) => range.from <= from + start && range.to > from + start);
    return inside ? <mark key={start}>{part}</mark> : part;
  });
}

/** Words of others inside our own sentences (rule titles, notes): our type, their invisible characters made visible. */
export function SafeText({ text }: { text: string }) {
  const pieces = visiblePieces(text.slice(0, MAX_SHOWN), true);
  if (pieces.every((piece) => piece.kind === "text")) return <bdi>{text}</bdi>;
  return (
    <bdi className="safe">
      {pieces.map((piece) =>
        piece.kind === "text" ? (
          piece.text
        ) : (
          <span key={piece.from} className="ctl" title={piece.name}>
            {piece.label}
          </span>
        ),
      )}
    </bdi>
  );
}

/** The only way text from a log reaches the page: as text nodes, with everything invisible made visible. */
export function RawText({ text, ranges = [], block = false }: RawTextProps) {
  const t = useText();
  const shown = text.length > MAX_SHOWN ? text.slice(0, MAX_SHOWN) : text;
  const pieces = visiblePieces(shown, block);
  const content = pieces.map((piece) =>
    piece.kind === "text" ? (
      highlighted(piece.text, piece.from, ranges)
    ) : (
      <span key={`c${piece.from}`} className="ctl" title={piece.name}>
        {piece.label}
      </span>
    ),
  );
  return (
    <span className={block ? "raw block" : "raw"} translate="no">
      {content}
      {shown.length < text.length && <span className="ctl">{t("raw.cut", { n: text.length - shown.length })}</span>}
    </span>
  );
}
