import { type FormEvent, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { TextField } from "../../../kit/field.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { type DialogProps, Subject } from "./dialog-subject.tsx";

/** Labels to add, as a list; labels there are, to take away. */
export function TagDialog({ alerts, onClose, onDone }: DialogProps) {
  const t = useText();
  const [text, setText] = useState("");
  const [removed, setRemoved] = useState<ReadonlySet<string>>(new Set());
  const there = [...new Set(alerts.flatMap((alert) => alert.tags))].toSorted();
  const add = text
    .split(/[,;\n]/u)
    .map((tag) => tag.trim().slice(0, 64))
    .filter((tag) => tag !== "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (add.length + removed.size > 0) onDone({ action: "tag", add: add.slice(0, 20), remove: [...removed] });
  };
  const keep = (tag: string, kept: boolean) => {
    const next = new Set(removed);
    if (kept) next.delete(tag);
    else next.add(tag);
    setRemoved(next);
  };
  return (
    <Dialog title={t("ask.tag")} onClose={onClose} testId="tag-dialog">
      <form onSubmit={submit}>
        <div className="dialog-body stack">
          <Subject alerts={alerts} />
          <TextField
            label={t("tag.add")}
            maxLength={400}
            value={text}
            onChange={(event) => setText(event.target.value)}
            data-testid="tag-text"
          />
          {there.length > 0 && (
            <fieldset className="row wrap">
              <legend>{t("tag.there")}</legend>
              {there.map((tag) => (
                <label key={tag} className="row">
                  <input
                    type="checkbox"
                    checked={!removed.has(tag)}
                    onChange={(event) => keep(tag, event.target.checked)}
                  />
                  <SafeText text={tag} />
                </label>
              ))}
            </fieldset>
          )}
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" disabled={add.length + removed.size === 0} data-testid="tag-submit">
            {t("action.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
