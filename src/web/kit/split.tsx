import { type CSSProperties, type PointerEvent, type ReactNode, useRef } from "react";
import { useText } from "./i18n/text.tsx";
import { useStored } from "./storage.ts";

const MIN_PANEL = 360;
const MIN_LIST = 380;

interface SplitProps {
  /** Under this name the width is remembered. */
  readonly name: string;
  readonly list: ReactNode;
  readonly panel: ReactNode | undefined;
}

/** List beside panel: the list never disappears on a wide screen; on a narrow one the panel covers it. */
export function Split({ name, list, panel }: SplitProps) {
  const t = useText();
  const [width, setWidth] = useStored(`split.${name}`, 580);
  const root = useRef<HTMLDivElement>(null);
  const clamp = (wished: number) => {
    const total = root.current?.clientWidth ?? 1200;
    return Math.round(Math.max(MIN_PANEL, Math.min(wished, total - MIN_LIST)));
  };
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const box = root.current?.getBoundingClientRect();
    if (box !== undefined) setWidth(clamp(box.right - event.clientX));
  };
  return (
    <div className="split" ref={root}>
      <div className="split-list">{list}</div>
      {panel !== undefined && (
        <>
          {/* A focusable separator is the ARIA pattern of a window splitter */}
          <div
            className="split-handle"
            role="separator"
            tabIndex={0}
            aria-orientation="vertical"
            aria-label={t("split.resize")}
            aria-valuenow={width}
            aria-valuemin={MIN_PANEL}
            aria-valuemax={2000}
            onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
            onPointerMove={drag}
            onKeyDown={(event) => {
              if (event.key === "ArrowLeft") setWidth(clamp(width + 24));
              else if (event.key === "ArrowRight") setWidth(clamp(width - 24));
            }}
          />
          <div className="split-panel" style={{ "--panel": `${width}px` } as CSSProperties}>
            {panel}
          </div>
        </>
      )}
    </div>
  );
}
