import { type FormEvent, useState } from "react";
import { useMutation } from "@tanstack/react-query";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { TextField } from "../../../kit/field.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { When } from "../../../kit/when.tsx";
import { api } from "../../api/client.ts";
import type { HandoverCheck } from "../../api/people-types.ts";
import { FaultView } from "../../fault-view.tsx";

function Verdict({ found, onOpen }: { found: HandoverCheck; onOpen: (id: string) => void }) {
  const t = useText();
  const { intact, number, by, at, receipt, printed } = found;
  return (
    <div className={intact ? "notice good" : "notice bad"} role="status" data-testid="check-verdict">
      <div className="stack">
        <p>{t(intact ? "handover.check.intact" : "handover.check.altered", { n: number })}</p>
        <dl className="facts">
          <div>
            <dt>{t("handover.leaving")}</dt>
            <dd>
              <bdi>{by.name}</bdi> · <When at={at} as="exact" />
            </dd>
          </div>
          <div>
            <dt>{t("handover.arriving")}</dt>
            <dd>
              {receipt === null ? (
                t("handover.not_received")
              ) : (
                <>
                  <bdi>{receipt.by.name}</bdi> · <When at={receipt.at} as="exact" />
                </>
              )}
            </dd>
          </div>
        </dl>
        {printed === "signed" && receipt !== null && <p className="quiet">{t("handover.check.later")}</p>}
        <div>
          <Button onClick={() => onOpen(found.id)} data-testid="check-open">
            {t("handover.check.open")}
          </Button>
        </div>
      </div>
    </div>
  );
}

function CheckDialog({ onClose, onOpen }: { onClose: () => void; onOpen: (id: string) => void }) {
  const t = useText();
  const [code, setCode] = useState("");
  const check = useMutation({
    mutationFn: (typed: string) => api.get<HandoverCheck>("/people/handover-check", { code: typed }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    check.mutate(code.trim());
  };
  return (
    <Dialog title={t("handover.check")} onClose={onClose} testId="check-paper">
      <form onSubmit={submit}>
        <div className="dialog-body stack">
          <TextField
            label={t("handover.check.code")}
            hint={t("handover.check.code.hint")}
            required
            maxLength={60}
            autoComplete="off"
            spellCheck={false}
            value={code}
            onChange={(event) => setCode(event.target.value)}
            data-testid="check-code"
          />
          {check.isError && <FaultView error={check.error} />}
          {check.data !== undefined && <Verdict found={check.data} onOpen={onOpen} />}
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" disabled={check.isPending || code.trim() === ""} data-testid="check-do">
            {t("handover.check.do")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Whether a printed note is one of ours, and what it stands for now. */
export function CheckPaper({ onOpen }: { onOpen: (id: string) => void }) {
  const t = useText();
  const [isOpen, setOpen] = useState(false);
  const open = (id: string) => {
    setOpen(false);
    onOpen(id);
  };
  return (
    <>
      <Button icon="check" onClick={() => setOpen(true)} data-testid="handover-check">
        {t("handover.check")}
      </Button>
      {isOpen && <CheckDialog onClose={() => setOpen(false)} onOpen={open} />}
    </>
  );
}
