import { type FormEvent, type KeyboardEvent, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { TextField } from "../../../kit/field.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { type DialogProps, Subject } from "./dialog-subject.tsx";
import { nextShift, useTriagePolicy } from "./policy.ts";

const HOUR_MS = 3_600_000;
const MORNING = 8;

function tomorrow(now: Date): Date {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, MORNING);
}

/** Until when: 1–4 choose, Enter does it; a time of one's own below. */
export function SnoozeDialog({ alerts, onClose, onDone }: DialogProps) {
  const t = useText();
  const format = useFormat();
  const policy = useTriagePolicy().data;
  const [now] = useState(() => new Date());
  const [picked, setPicked] = useState(0);
  const [own, setOwn] = useState("");
  const shift = nextShift(policy?.shifts ?? [], now);
  const choices = [
    { text: t("snooze.hours", { n: 1 }), until: new Date(now.getTime() + HOUR_MS) },
    { text: t("snooze.hours", { n: 4 }), until: new Date(now.getTime() + 4 * HOUR_MS) },
    ...(shift === undefined ? [] : [{ text: t("snooze.next_shift"), until: shift }]),
    { text: t("snooze.tomorrow"), until: tomorrow(now) },
  ];
  const until = own === "" ? choices[picked]?.until : new Date(own);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (until !== undefined) onDone({ action: "snooze", until: until.toISOString() });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const at = Number(event.key) - 1;
    const isDate = event.target instanceof HTMLInputElement && event.target.type === "datetime-local";
    if (!isDate && choices[at] !== undefined) setPicked(at);
  };
  return (
    <Dialog title={t("ask.snooze")} onClose={onClose} testId="snooze-dialog">
      <form onSubmit={submit} onKeyDown={onKeyDown}>
        <div className="dialog-body stack">
          <Subject alerts={alerts} />
          <fieldset className="reasons">
            <legend className="visually-hidden">{t("snooze.until")}</legend>
            {choices.map((choice, index) => (
              <label key={choice.text} className="reason">
                <input
                  type="radio"
                  name="until"
                  checked={own === "" && picked === index}
                  onChange={() => {
                    setPicked(index);
                    setOwn("");
                  }}
                />
                <kbd aria-hidden="true">{index + 1}</kbd>
                <span>
                  <strong>{choice.text}</strong>
                  <span className="quiet">{format.exact(choice.until)}</span>
                </span>
              </label>
            ))}
          </fieldset>
          <TextField
            label={t("snooze.own")}
            type="datetime-local"
            value={own}
            onChange={(event) => setOwn(event.target.value)}
          />
          <p className="quiet small">{t("snooze.wakes")}</p>
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" data-testid="snooze-submit">
            {t("action.snooze")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
