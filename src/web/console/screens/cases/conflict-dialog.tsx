import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { hasText, useText } from "../../../kit/i18n/text.tsx";
import { When } from "../../../kit/when.tsx";
import type { CaseConflict } from "./use-cases.ts";

/** Somebody was faster: what they changed, and whether mine goes on top of it or not. */
export function ConflictDialog({ conflict }: { conflict: CaseConflict }) {
  const t = useText();
  const { params } = conflict.fault;
  const fields = String(params["fields"] ?? "")
    .split(", ")
    .filter((each) => each !== "")
    .map((each) => (hasText(`case.changed.${each.toLowerCase()}`) ? t(`case.changed.${each.toLowerCase()}`) : each));
  return (
    <Dialog title={t("case.conflict.title")} onClose={conflict.drop} testId="case-conflict">
      <div className="dialog-body stack">
        <p>
          {t("case.conflict.body", { by: String(params["by"] ?? ""), fields: fields.join(", ") })}
          {typeof params["at"] === "string" && (
            <>
              {" "}
              <When at={params["at"]} as="both" />
            </>
          )}
        </p>
        <p className="quiet">{t("case.conflict.choice")}</p>
      </div>
      <div className="dialog-foot">
        <Button onClick={conflict.drop} data-testid="conflict-theirs">
          {t("case.conflict.theirs")}
        </Button>
        <Button kind="primary" onClick={() => void conflict.again()} data-testid="conflict-again">
          {t("case.conflict.again")}
        </Button>
      </div>
    </Dialog>
  );
}
