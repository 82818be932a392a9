import { useNavigate } from "@tanstack/react-router";
import { Dialog } from "../../../../kit/dialog.tsx";
import { useText } from "../../../../kit/i18n/text.tsx";
import type { RetroHunt } from "../../../api/rule-types.ts";
import { LaunchForm } from "../retro/launch-form.tsx";

interface LaunchDialogProps {
  readonly kind: RetroHunt["kind"];
  readonly ruleId: string;
  readonly onClose: () => void;
}

export function LaunchDialog({ kind, ruleId, onClose }: LaunchDialogProps) {
  const t = useText();
  const navigate = useNavigate();
  return (
    <Dialog title={t(`retro.kind.${kind}`)} onClose={onClose} testId="launch-dialog">
      <div className="dialog-body stack">
        <p className="quiet">{t(kind === "back-test" ? "retro.back_test.about" : "retro.about")}</p>
        <LaunchForm
          kind={kind}
          subject={{ ruleId }}
          onLaunched={(hunt) => {
            onClose();
            void navigate({ to: "/rules/retro-hunts", search: { hunt: hunt.id } });
          }}
        />
      </div>
    </Dialog>
  );
}
