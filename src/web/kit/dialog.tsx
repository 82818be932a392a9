import { type ReactNode, type SyntheticEvent, useEffect, useId, useRef } from "react";
import { IconButton } from "./button.tsx";
import { useText } from "./i18n/text.tsx";

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly wide?: boolean;
  readonly testId?: string;
}

/** What the dialog was opened for: its first field, else its main button. */
function firstStop(dialog: HTMLDialogElement): HTMLElement | null {
  const field = dialog.querySelector<HTMLElement>("input:not([type=hidden], :disabled), select, textarea");
  return field ?? dialog.querySelector<HTMLElement>(".dialog-foot .button:last-child, .dialog-body .button");
}

/**
 * The platform's own modal dialog: it traps focus, makes the rest inert, closes on Esc and gives focus back,
 * and needs no injected style, which the content security policy would refuse.
 */
export function Dialog({ title, onClose, children, wide = false, testId }: DialogProps) {
  const t = useText();
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const dialog = ref.current;
    const before = document.activeElement;
    if (dialog === null) return undefined;
    if (!dialog.open) dialog.showModal();
    firstStop(dialog)?.focus();
    return () => {
      dialog.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  const cancel = (event: SyntheticEvent<HTMLDialogElement>) => {
    event.preventDefault();
    onClose();
  };
  return (
    // A click on the backdrop only repeats what Esc and the close button do
    <dialog
      ref={ref}
      className={wide ? "dialog wide" : "dialog"}
      aria-labelledby={titleId}
      data-testid={testId}
      onCancel={cancel}
      onMouseDown={(event) => {
        if (event.target === ref.current) onClose();
      }}
    >
      <div className="dialog-head">
        <h2 id={titleId}>{title}</h2>
        <IconButton icon="close" label={t("action.close_window")} onClick={onClose} />
      </div>
      {children}
    </dialog>
  );
}
