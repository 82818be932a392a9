import { useEffect, useState } from "react";
import { useText } from "./i18n/text.tsx";

const PATIENCE_MS = 200;
const WIDTHS = ["72%", "88%", "64%", "80%", "56%", "76%"];

export function useDelayed(active: boolean): boolean {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!active) {
      setLate(false);
      return undefined;
    }
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [active]);
  return late;
}

/** Nothing for the first 200 ms: a flash of grey is slower to read than the answer itself. */
export function Skeleton({ lines = 6 }: { lines?: number }) {
  const t = useText();
  const late = useDelayed(true);
  if (!late) return null;
  return (
    <div className="skeleton" role="status" aria-label={t("state.loading")}>
      {Array.from({ length: lines }, (_, index) => (
        <i key={index} style={{ width: WIDTHS[index % WIDTHS.length] }} />
      ))}
    </div>
  );
}
