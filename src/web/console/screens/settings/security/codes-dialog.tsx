import { Button } from "../../../../kit/button.tsx";
import { CopyButton } from "../../../../kit/copy-button.tsx";
import { Dialog } from "../../../../kit/dialog.tsx";
import { useText } from "../../../../kit/i18n/text.tsx";

/** The only time the codes are shown. */
export function CodesDialog({ codes, onClose }: { codes: readonly string[]; onClose: () => void }) {
  const t = useText();
  return (
    <Dialog title={t("recovery.title")} onClose={onClose} testId="codes-dialog">
      <div className="dialog-body stack">
        <p>{t("recovery.once")}</p>
        <ol className="recovery-codes" data-testid="recovery-codes">
          {codes.map((code) => (
            <li key={code}>
              <code>{code}</code>
            </li>
          ))}
        </ol>
        <CopyButton text={codes.join("\n")} />
      </div>
      <div className="dialog-foot">
        <Button kind="primary" onClick={onClose} data-testid="codes-done">
          {t("recovery.done")}
        </Button>
      </div>
    </Dialog>
  );
}
