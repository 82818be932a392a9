import type { Severity } from "../../kernel/severity.ts";
import { useText } from "./i18n/text.tsx";

/** Colour, shape and word together, so that none of the three has to be seen alone. */
const SHAPES: Readonly<Record<Severity, { readonly d: string; readonly filled: boolean }>> = {
  critical: { d: "M6 .5 11.5 6 6 11.5.5 6z", filled: true },
  high: { d: "M6 1 11.5 11H.5z", filled: true },
  medium: { d: "M6 10.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9z", filled: true },
  low: { d: "M6 10a4 4 0 1 0 0-8 4 4 0 0 0 0 8z", filled: false },
  informational: { d: "M6 7.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3z", filled: true },
};

/** The shape alone, for marks whose word is told beside them. */
export function SeverityShape({ level }: { level: Severity }) {
  const shape = SHAPES[level];
  return (
    <svg viewBox="0 0 12 12" aria-hidden="true">
      <path
        d={shape.d}
        fill={shape.filled ? "currentColor" : "none"}
        stroke="currentColor"
        strokeWidth={shape.filled ? 0 : 1.8}
      />
    </svg>
  );
}

/** `label` says it in other words, for instance of importance. */
export function SeverityMark({ level, label }: { level: Severity; label?: string }) {
  const t = useText();
  return (
    <span className={`severity ${level}`}>
      <SeverityShape level={level} />
      {label ?? t(`severity.${level}`)}
    </span>
  );
}
