import { type InputHTMLAttributes, useOptimistic, useTransition } from "react";

interface SavedCheckProps extends Omit<InputHTMLAttributes<HTMLInputElement>, "type" | "checked" | "onChange"> {
  readonly checked: boolean;
  /** Says what was chosen to whoever keeps it. What fails is told by the caller; the box then shows what is kept. */
  readonly save: (checked: boolean) => Promise<unknown>;
}

/** A box that takes effect at once: it shows what was chosen while that is being saved. */
export function SavedCheck({ checked, save, disabled, ...rest }: SavedCheckProps) {
  const [shown, show] = useOptimistic(checked);
  const [isSaving, start] = useTransition();
  return (
    <input
      {...rest}
      type="checkbox"
      checked={shown}
      disabled={disabled === true || isSaving}
      onChange={({ target }) =>
        start(async () => {
          show(target.checked);
          await save(target.checked).catch(() => undefined);
        })
      }
    />
  );
}
