import { type FormEvent, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { CopyButton } from "../../../kit/copy-button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { SelectField, TextField } from "../../../kit/field.tsx";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import type { Destination, DestinationCreate, DestinationList } from "../../api/notice-types.ts";
import { FaultView } from "../../fault-view.tsx";
import { TextArea } from "../storage/text-area.tsx";
import { useKindText } from "./notice-words.tsx";
import { useSaveDestination } from "./use-destinations.ts";

type Draft = DestinationCreate;
const SAMPLE_TEMPLATE = '{"to": "{number}", "text": "{text}"}';
const FROM = ["normal", "high", "critical"] as const;

function draftOf(known: Destination | undefined, language: "vi" | "en"): Draft {
  if (known !== undefined) {
    const { name, kind, url, enabled, personal, team, language: own, template } = known;
    return { name, kind, url, enabled, personal, team, language: own, template };
  }
  return {
    name: "",
    kind: "webhook",
    url: "",
    enabled: true,
    personal: false,
    team: { kinds: [], from: "normal" },
    language,
    template: null,
  };
}

interface PartProps {
  readonly draft: Draft;
  readonly onChange: (part: Partial<Draft>) => void;
}

function WebhookPart({ draft, onChange, kinds }: PartProps & { kinds: DestinationList["kinds"] }) {
  const t = useText();
  const kindText = useKindText();
  const { kinds: told, from } = draft.team;
  const toggle = (kind: string, on: boolean) =>
    onChange({ team: { from, kinds: on ? [...told, kind] : told.filter((each) => each !== kind) } });
  return (
    <>
      <label className="check">
        <input
          type="checkbox"
          checked={draft.personal}
          onChange={(event) => onChange({ personal: event.target.checked })}
        />
        <span>
          {t("destinations.personal")}
          <span className="quiet small">{t("destinations.personal.hint")}</span>
        </span>
      </label>
      <fieldset className="choices">
        <legend>{t("destinations.team")}</legend>
        {kinds.map(({ kind }) => (
          <label key={kind} className="check">
            <input
              type="checkbox"
              checked={told.includes(kind)}
              onChange={(event) => toggle(kind, event.target.checked)}
            />
            <span>{kindText(kind)}</span>
          </label>
        ))}
      </fieldset>
      {told.length > 0 && (
        <SelectField
          label={t("destinations.from")}
          value={from}
          onChange={(event) => onChange({ team: { kinds: told, from: event.target.value as (typeof FROM)[number] } })}
        >
          {FROM.map((each) => (
            <option key={each} value={each}>
              {t(`notice_rules.from.${each}`)}
            </option>
          ))}
        </SelectField>
      )}
    </>
  );
}

function GatewayPart({ draft, onChange }: PartProps) {
  const t = useText();
  const template = draft.template ?? { type: "json" as const, text: SAMPLE_TEMPLATE };
  return (
    <>
      <SelectField
        label={t("destinations.template.type")}
        value={template.type}
        onChange={(event) => onChange({ template: { ...template, type: event.target.value as "json" | "form" } })}
      >
        <option value="json">{t("destinations.template.json")}</option>
        <option value="form">{t("destinations.template.form")}</option>
      </SelectField>
      <TextArea
        label={t("destinations.template")}
        hint={t("destinations.template.hint")}
        required
        maxLength={2_000}
        rows={3}
        value={template.text}
        onChange={(event) => onChange({ template: { ...template, text: event.target.value } })}
      />
    </>
  );
}

function Authorization({ draft, onChange, kept }: PartProps & { kept: boolean }) {
  const t = useText();
  return (
    <TextField
      label={t("destinations.authorization")}
      hint={t(kept ? "destinations.authorization.kept" : "destinations.authorization.hint")}
      type="password"
      autoComplete="off"
      maxLength={1_000}
      value={draft.authorization ?? ""}
      onChange={(event) =>
        onChange({ authorization: event.target.value === "" && kept ? undefined : event.target.value })
      }
    />
  );
}

export function SecretOnce({ secret, onClose }: { secret: string; onClose: () => void }) {
  const t = useText();
  return (
    <>
      <div className="dialog-body stack">
        <p>{t("destinations.secret.once")}</p>
        <div className="secret">
          <code data-testid="destination-secret">{secret}</code>
          <CopyButton text={secret} />
        </div>
      </div>
      <div className="dialog-foot">
        <Button kind="primary" onClick={onClose} data-testid="destination-done">
          {t("tokens.secret.done")}
        </Button>
      </div>
    </>
  );
}

interface DialogProps {
  readonly known?: Destination;
  readonly kinds: DestinationList["kinds"];
  readonly onClose: () => void;
}

export function DestinationDialog({ known, kinds, onClose }: DialogProps) {
  const t = useText();
  const language = useLanguage();
  const [draft, setDraft] = useState<Draft>(() => draftOf(known, language));
  const change = (part: Partial<Draft>) => setDraft((now) => ({ ...now, ...part }));
  const save = useSaveDestination(known);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const template = draft.kind === "sms" ? (draft.template ?? { type: "json" as const, text: SAMPLE_TEMPLATE }) : null;
    save.mutate({ ...draft, template }, { onSuccess: ({ secret }) => secret === undefined && onClose() });
  };
  const secret = save.data?.secret;
  const title = known === undefined ? t("destinations.new") : t("destinations.edit", { name: known.name });
  return (
    <Dialog
      title={secret === undefined ? title : t("destinations.secret.title")}
      onClose={onClose}
      testId="destination-dialog"
      wide
    >
      {secret !== undefined ? (
        <SecretOnce secret={secret} onClose={onClose} />
      ) : (
        <form onSubmit={submit}>
          <div className="dialog-body stack">
            <SelectField
              label={t("destinations.kind")}
              hint={t(`destinations.kind.${draft.kind}.hint`)}
              value={draft.kind}
              disabled={known !== undefined}
              onChange={(event) => change({ kind: event.target.value as Draft["kind"] })}
            >
              <option value="webhook">{t("destinations.kind.webhook")}</option>
              <option value="sms">{t("destinations.kind.sms")}</option>
            </SelectField>
            <TextField
              label={t("destinations.name")}
              required
              maxLength={120}
              value={draft.name}
              onChange={(event) => change({ name: event.target.value })}
              data-testid="destination-name"
            />
            <TextField
              label={t("destinations.url")}
              hint={t("destinations.url.hint")}
              type="url"
              required
              maxLength={2_000}
              value={draft.url}
              onChange={(event) => change({ url: event.target.value })}
              data-testid="destination-url"
            />
            {draft.kind === "sms" ? (
              <GatewayPart draft={draft} onChange={change} />
            ) : (
              <WebhookPart draft={draft} onChange={change} kinds={kinds} />
            )}
            <Authorization draft={draft} onChange={change} kept={known?.hasAuthorization ?? false} />
            <SelectField
              label={t("destinations.language")}
              value={draft.language}
              onChange={(event) => change({ language: event.target.value as "vi" | "en" })}
            >
              <option value="vi">{t("language.vi")}</option>
              <option value="en">{t("language.en")}</option>
            </SelectField>
            <label className="check">
              <input
                type="checkbox"
                checked={draft.enabled}
                onChange={(event) => change({ enabled: event.target.checked })}
              />
              <span>{t("destinations.enabled")}</span>
            </label>
            {save.isError && <FaultView error={save.error} />}
          </div>
          <div className="dialog-foot">
            <Button onClick={onClose}>{t("action.cancel")}</Button>
            <Button kind="primary" type="submit" disabled={save.isPending} data-testid="destination-save">
              {t("action.save")}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
