import { type FormEvent, useId, useRef, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { type DialogProps, Subject } from "./dialog-subject.tsx";
import { useUserNames } from "./filter-bar.tsx";

const OFFERED = 6;

interface NoteFieldProps {
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly required: boolean;
  /** Offers colleagues after an @. */
  readonly mentions?: boolean;
}

export function NoteField({ value, onChange, required, mentions = false }: NoteFieldProps) {
  const t = useText();
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const names = useUserNames(mentions);
  const started = mentions ? /@([^@\n]{0,40})$/u.exec(value)?.[1]?.toLocaleLowerCase("vi") : undefined;
  const offered =
    started === undefined
      ? []
      : (names.data?.items ?? [])
          .filter(({ displayName }) => {
            const name = displayName.toLocaleLowerCase("vi");
            return name.includes(started) && !started.startsWith(name);
          })
          .slice(0, OFFERED);
  const complete = (name: string) => {
    onChange(value.replace(/@[^@\n]{0,40}$/u, `@${name} `));
    field.current?.focus();
  };
  return (
    <div className="field">
      <label htmlFor={id}>{required ? t("note.label") : t("note.optional")}</label>
      <textarea
        ref={field}
        id={id}
        className="input"
        maxLength={10_000}
        required={required}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        data-testid="note-text"
      />
      {mentions && <p className="quiet small">{t("note.mention_hint")}</p>}
      {offered.length > 0 && (
        <div className="row wrap" role="group" aria-label={t("note.mention")}>
          {offered.map(({ id: person, displayName }) => (
            <Button key={person} icon="person" onClick={() => complete(displayName)} data-testid="mention">
              <bdi>{displayName}</bdi>
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}

export function NoteDialog({
  kind,
  alerts,
  onClose,
  onDone,
}: DialogProps & { kind: "note" | "reopen" | "escalate" | "reject" }) {
  const t = useText();
  const [note, setNote] = useState("");
  const names = useUserNames(kind === "note");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const called = (names.data?.items ?? []).filter(({ displayName }) => note.includes(`@${displayName}`));
    if (kind === "note") onDone({ action: "note", note, mentions: called.map(({ id }) => id) });
    else onDone({ action: kind, ...(note.trim() === "" ? {} : { note }) });
  };
  return (
    <Dialog title={t(`ask.${kind}`)} onClose={onClose} testId={`${kind}-dialog`}>
      <form onSubmit={submit}>
        <div className="dialog-body stack">
          <Subject alerts={alerts} />
          <NoteField value={note} onChange={setNote} required={kind === "note"} mentions={kind === "note"} />
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" data-testid="note-submit">
            {t(`ask.${kind}.do`)}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
