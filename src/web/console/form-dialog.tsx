import type { FormEvent, ReactNode } from "react";
import { Button } from "../kit/button.tsx";
import { Dialog } from "../kit/dialog.tsx";
import { useText } from "../kit/i18n/text.tsx";
import { FaultView } from "./fault-view.tsx";

interface FormDialogProps {
  readonly title: string;
  readonly testId: string;
  readonly wide?: boolean;
  readonly onClose: () => void;
  readonly onSubmit: () => void;
  /** What sending sets going: nothing is sent twice while it runs, and what it is refused for is told in the dialog. */
  readonly work: { readonly isPending: boolean; readonly isError: boolean; readonly error: unknown };
  readonly submit: string;
  readonly submitTestId: string;
  readonly danger?: boolean;
  /** It cannot be sent yet; a text says what is missing. */
  readonly blocked?: boolean | string | undefined;
  readonly children: ReactNode;
}

/** A dialog that asks for something and sends it: Enter sends, Esc leaves. */
export function FormDialog(props: FormDialogProps) {
  const { title, testId, wide, onClose, onSubmit, work, blocked = false } = props;
  const t = useText();
  const send = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <Dialog title={title} onClose={onClose} testId={testId} wide={wide}>
      <form onSubmit={send}>
        <div className="dialog-body stack">
          {props.children}
          {work.isError && <FaultView error={work.error} />}
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button
            kind={props.danger === true ? "danger" : "primary"}
            type="submit"
            disabled={blocked !== false || work.isPending}
            title={typeof blocked === "string" ? blocked : undefined}
            data-testid={props.submitTestId}
          >
            {props.submit}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
