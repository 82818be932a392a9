import { useId, useState } from "react";
import { Button, IconButton } from "../../../kit/button.tsx";
import { hasText, useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { When } from "../../../kit/when.tsx";
import type { ApprovalRequest } from "../../api/approval-types.ts";
import { useSession } from "../../api/session.ts";
import { FaultView } from "../../fault-view.tsx";
import { FormDialog } from "../../form-dialog.tsx";
import { useKeys } from "../../keys/use-keys.ts";
import { Changes } from "./changes.tsx";
import { useDecide, useWithdraw } from "./use-approvals.ts";

type Decision = "approve" | "refuse";

function DecideDialog({
  request,
  decision,
  onClose,
}: {
  request: ApprovalRequest;
  decision: Decision;
  onClose: () => void;
}) {
  const t = useText();
  const id = useId();
  const [note, setNote] = useState("");
  const decide = useDecide(request.id, onClose);
  const submit = () => {
    decide.mutate({ decision, note });
  };
  return (
    <FormDialog
      title={t(`approvals.${decision}.title`)}
      onClose={onClose}
      testId="decide-dialog"
      onSubmit={submit}
      work={decide}
      submit={t(`approvals.${decision}`)}
      submitTestId="decide-do"
      danger={decision !== "approve"}
    >
      <p>{t(`approvals.${decision}.body`, { name: request.by.name })}</p>
      <Changes request={request} />
      <div className="field">
        <label htmlFor={id}>{t("approvals.note")}</label>
        <textarea
          id={id}
          className="input"
          name="note"
          maxLength={1_000}
          required={decision === "refuse"}
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
      </div>
    </FormDialog>
  );
}

function History({ request }: { request: ApprovalRequest }) {
  const t = useText();
  return (
    <ol className="history" data-testid="approval-history">
      <li>
        {t("approvals.step.opened", { name: request.by.name })} · <When at={request.openedAt} as="both" />
        <blockquote>
          <SafeText text={request.reason} />
        </blockquote>
      </li>
      {request.steps.map((step) => (
        <li key={step.what}>
          {t(`approvals.step.${step.what}`, { name: step.by.name })} · <When at={step.at} as="both" />
          {step.note !== "" && (
            <blockquote>
              {hasText(`fault.${step.note}`) ? t(`fault.${step.note}`) : <SafeText text={step.note} />}
            </blockquote>
          )}
        </li>
      ))}
    </ol>
  );
}

function Actions({ request, onDecide }: { request: ApprovalRequest; onDecide: (decision: Decision) => void }) {
  const t = useText();
  const { user } = useSession();
  const withdraw = useWithdraw(request.id);
  if (request.state !== "waiting") return null;
  if (request.by.id === user.id) {
    return (
      <div className="row wrap actions">
        <Button disabled={withdraw.isPending} onClick={() => withdraw.mutate()} data-testid="approval-withdraw">
          {t("approvals.withdraw")}
        </Button>
        <span className="quiet small">{t("approvals.own")}</span>
        {withdraw.isError && <FaultView error={withdraw.error} />}
      </div>
    );
  }
  return (
    <div className="row wrap actions">
      <Button kind="primary" hotkey="y" onClick={() => onDecide("approve")} data-testid="approval-approve">
        {t("approvals.approve")}
      </Button>
      <Button kind="danger" hotkey="r" onClick={() => onDecide("refuse")} data-testid="approval-refuse">
        {t("approvals.refuse")}
      </Button>
    </div>
  );
}

export function ApprovalPanel({ request, onClose }: { request: ApprovalRequest; onClose: () => void }) {
  const t = useText();
  const [deciding, setDeciding] = useState<Decision>();
  const may = request.mayDecide;
  useKeys(may ? { approve: () => setDeciding("approve"), refuse: () => setDeciding("refuse") } : {});
  return (
    <section className="panel" aria-label={request.object.title} data-testid="approval-panel">
      <header className="panel-head">
        <div className="row">
          <span className="tag">{t(`approvals.state.${request.state}`)}</span>
          <span className="grow" />
          <IconButton icon="close" label={t("action.close_panel")} onClick={onClose} data-testid="panel-close" />
        </div>
        <h2>
          {t(`approvals.kind.${request.kind}`)}: <SafeText text={request.object.title} />
        </h2>
        {request.state === "waiting" && (
          <p className="quiet small">
            {t("approvals.until")} <When at={request.expiresAt} as="exact" />
          </p>
        )}
      </header>
      <Actions request={request} onDecide={setDeciding} />
      <div className="tab-body stack">
        <section>
          <h3 className="section-head">{t("approvals.would_change")}</h3>
          <Changes request={request} />
        </section>
        <section>
          <h3 className="section-head">{t("approvals.history")}</h3>
          <History request={request} />
        </section>
      </div>
      {deciding !== undefined && (
        <DecideDialog request={request} decision={deciding} onClose={() => setDeciding(undefined)} />
      )}
    </section>
  );
}
