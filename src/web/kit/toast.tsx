import { createContext, type ReactNode, useCallback, useContext, useMemo, useRef, useState } from "react";
import { Button, IconButton } from "./button.tsx";
import { useText } from "./i18n/text.tsx";

const UNDO_MS = 10_000;

export interface Toast {
  readonly text: string;
  readonly tone?: "bad";
  /** Offered for ten seconds, and by the key `u`. */
  readonly undo?: () => void;
}
interface ToastBox {
  readonly show: (toast: Toast) => void;
  /** Runs the newest undo still offered; false when there is none. */
  readonly undoLast: () => boolean;
}
const Context = createContext<ToastBox>({ show: () => undefined, undoLast: () => false });
export const useToast = () => useContext(Context);

export function ToastProvider({ children }: { children: ReactNode }) {
  const t = useText();
  const [shown, setShown] = useState<readonly (Toast & { id: number })[]>([]);
  const current = useRef<readonly (Toast & { id: number })[]>([]);
  const next = useRef(0);
  const put = useCallback((toasts: readonly (Toast & { id: number })[]) => {
    current.current = toasts;
    setShown(toasts);
  }, []);
  const drop = useCallback((id: number) => put(current.current.filter((toast) => toast.id !== id)), [put]);
  const box = useMemo<ToastBox>(
    () => ({
      show: (toast) => {
        next.current += 1;
        const id = next.current;
        put([...current.current.slice(-2), { ...toast, id }]);
        setTimeout(() => drop(id), UNDO_MS);
      },
      undoLast: () => {
        const last = current.current.findLast((toast) => toast.undo !== undefined);
        if (last === undefined) return false;
        drop(last.id);
        last.undo?.();
        return true;
      },
    }),
    [drop, put],
  );
  return (
    <Context value={box}>
      {children}
      <section className="toasts" aria-live="polite" aria-label={t("toast.region")} data-testid="toasts">
        {shown.map((toast) => (
          <div key={toast.id} className={`toast ${toast.tone ?? ""}`} data-testid="toast">
            <span className="grow">{toast.text}</span>
            {toast.undo !== undefined && (
              <Button
                icon="undo"
                hotkey="u"
                data-testid="undo"
                onClick={() => {
                  drop(toast.id);
                  toast.undo?.();
                }}
              >
                {t("action.undo")}
              </Button>
            )}
            <IconButton icon="close" label={t("action.dismiss")} onClick={() => drop(toast.id)} />
          </div>
        ))}
      </section>
    </Context>
  );
}
