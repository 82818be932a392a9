import { type FormEvent, useState } from "react";
import { Button, IconButton } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { SelectField, TextField } from "../../../kit/field.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { ApiFault, api } from "../../api/client.ts";
import { useMay } from "../../api/session.ts";
import { FaultView } from "../../fault-view.tsx";
import { useUserNames } from "../alerts/filter-bar.tsx";
import { Reason } from "./case-dialogs.tsx";

const OPENED = "approvals.request.opened";

/** Whether there is such a case is told to nobody here: the request goes to a second person either way. */
function AskAccessDialog({ onClose }: { onClose: () => void }) {
  const t = useText();
  const names = useUserNames(true);
  const [number, setNumber] = useState("");
  const [person, setPerson] = useState("");
  const [reason, setReason] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<unknown>();
  const isOpened = answer instanceof ApiFault && answer.code === OPENED;
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    await api.post("/case-access-requests", { number, person, reason }).then(onClose, setAnswer);
    setBusy(false);
  };
  return (
    <Dialog title={t("case.ask_access")} onClose={onClose} testId="ask-access">
      <form onSubmit={(event) => void send(event)}>
        <div className="dialog-body stack">
          <p className="quiet">{t("case.ask_access.means")}</p>
          <TextField
            label={t("case.ask_access.number")}
            hint={t("case.ask_access.number.hint")}
            required
            maxLength={20}
            value={number}
            onChange={(event) => setNumber(event.target.value)}
            data-testid="ask-access-number"
          />
          <SelectField
            label={t("case.ask_access.person")}
            value={person}
            onChange={(event) => setPerson(event.target.value)}
            data-testid="ask-access-person"
          >
            <option value="">{t("case.ask_access.choose")}</option>
            {(names.data?.items ?? []).map(({ id, displayName }) => (
              <option key={id} value={id}>
                {displayName}
              </option>
            ))}
          </SelectField>
          <Reason value={reason} onChange={setReason} required />
          {answer !== undefined && <FaultView error={answer} />}
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>{t(isOpened ? "case.ask_access.done" : "action.cancel")}</Button>
          {!isOpened && (
            <Button
              kind="primary"
              type="submit"
              disabled={isBusy || number.trim() === "" || person === "" || reason.trim() === ""}
              data-testid="ask-access-send"
            >
              {t("approvals.ask.send")}
            </Button>
          )}
        </div>
      </form>
    </Dialog>
  );
}

/** For who may lead every case and decide on requests. */
export function AskAccess() {
  const t = useText();
  const may = useMay();
  const [isOpen, setOpen] = useState(false);
  if (!may("cases.lead") || !may("approvals.decide")) return null;
  return (
    <>
      <IconButton icon="key" label={t("case.ask_access")} onClick={() => setOpen(true)} data-testid="case-ask-access" />
      {isOpen && <AskAccessDialog onClose={() => setOpen(false)} />}
    </>
  );
}
