import { Icon } from "../../../kit/icon.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import type { NotebookPage } from "../../api/investigation-types.ts";
import { useNotebookVerification } from "./use-notebook.ts";

const SHOWN_HASH = 12;

/** Whether the history is what was written, in words. */
export function Seal({ page }: { page: NotebookPage }) {
  const t = useText();
  const verification = useNotebookVerification(page.id, page.head);
  if (verification.data === undefined) {
    return verification.isError ? <p className="quiet small">{t("notebook.seal.unknown")}</p> : null;
  }
  const { entries, brokenAt } = verification.data;
  if (brokenAt !== null) {
    return (
      <div className="notice bad" role="alert" data-testid="notebook-seal">
        <div>
          <strong>{t("notebook.seal.broken", { n: brokenAt })}</strong>
          <p>{t("notebook.seal.broken.advice")}</p>
        </div>
      </div>
    );
  }
  return (
    <p className="good-line small" data-testid="notebook-seal">
      <Icon name="check" />
      <span>
        {t("notebook.seal.whole", { n: entries })}
        {entries > 0 && (
          <>
            {" "}
            <code title={page.head}>{page.head.slice(0, SHOWN_HASH)}</code>
          </>
        )}
      </span>
    </p>
  );
}
