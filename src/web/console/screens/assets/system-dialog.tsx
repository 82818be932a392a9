import { type SubmitEvent, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { SelectField, TextField } from "../../../kit/field.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import type { Asset, AssetContent, AssetPage, Criticality } from "../../api/asset-types.ts";
import { FaultView } from "../../fault-view.tsx";
import { TextArea } from "../storage/text-area.tsx";
import { SaveTrouble } from "./conflict.tsx";
import { type Picked, SystemPicker } from "./system-picker.tsx";
import { contentOf, CRITICALITIES, EMPTY_CONTENT, TEXT_FACTS } from "./system-form.ts";
import { useFilterValues, useSaveAsset } from "./use-assets.ts";

interface SystemDialogProps {
  /** Undefined: a new system. */
  readonly existing: AssetPage | undefined;
  readonly onClose: () => void;
  readonly onSaved: (system: Asset) => void;
}

interface FactsProps {
  readonly content: AssetContent;
  readonly onChange: (part: Partial<AssetContent>) => void;
}

function FactFields({ content, onChange }: FactsProps) {
  const t = useText();
  const known = useFilterValues();
  const offered: Readonly<Record<string, readonly { value: string }[] | undefined>> = {
    owner: known.data?.owners,
    zone: known.data?.zones,
  };
  return (
    <div className="asset-form-grid">
      {TEXT_FACTS.map((field) => (
        <div key={field}>
          <TextField
            label={t(`assets.field.${field}`)}
            maxLength={300}
            list={offered[field] === undefined ? undefined : `known-${field}`}
            value={content[field] ?? ""}
            onChange={(event) => onChange({ [field]: event.target.value })}
            data-testid={`system-${field}`}
          />
          {offered[field] !== undefined && (
            <datalist id={`known-${field}`}>
              {offered[field].map(({ value }) => (
                <option key={value} value={value} />
              ))}
            </datalist>
          )}
        </div>
      ))}
    </div>
  );
}

/** What is written down about a system; its identifiers have a form of their own. */
export function SystemDialog({ existing, onClose, onSaved }: SystemDialogProps) {
  const t = useText();
  const [base, setBase] = useState(existing?.system);
  const [content, setContent] = useState<AssetContent>(base === undefined ? EMPTY_CONTENT : contentOf(base));
  const [parent, setParent] = useState<Picked | undefined>(existing?.above.at(-1));
  const [reason, setReason] = useState("");
  const save = useSaveAsset(onSaved);
  const change = (part: Partial<AssetContent>) => setContent((now) => ({ ...now, ...part }));
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    save.mutate({ content, reason, of: base });
  };
  return (
    <Dialog
      wide
      title={t(base === undefined ? "assets.new.title" : "assets.edit.title")}
      onClose={onClose}
      testId="system-dialog"
    >
      <form onSubmit={submit}>
        <div className="dialog-body stack">
          <TextField
            label={t("assets.field.name")}
            required
            maxLength={200}
            value={content.name}
            onChange={(event) => change({ name: event.target.value })}
            data-testid="system-name"
          />
          <div className="asset-form-grid">
            <TextField
              label={t("assets.field.code")}
              hint={t("assets.code_hint")}
              maxLength={64}
              value={content.code ?? ""}
              onChange={(event) => change({ code: event.target.value })}
            />
            <SelectField
              label={t("assets.field.criticality")}
              hint={t(`assets.criticality_hint.${content.criticality}`)}
              value={content.criticality}
              onChange={(event) => change({ criticality: event.target.value as Criticality })}
              data-testid="system-criticality"
            >
              {CRITICALITIES.map((each) => (
                <option key={each} value={each}>
                  {t(`assets.criticality.${each}`)}
                </option>
              ))}
            </SelectField>
            <SystemPicker
              label={t("assets.field.parentId")}
              hint={t("assets.parent_hint")}
              value={parent}
              except={base?.id}
              onChange={(next) => {
                setParent(next);
                change({ parentId: next?.id ?? null });
              }}
            />
          </div>
          <FactFields content={content} onChange={change} />
          <TextArea
            label={t("assets.field.purpose")}
            rows={2}
            maxLength={4000}
            value={content.purpose ?? ""}
            onChange={(event) => change({ purpose: event.target.value })}
          />
          <TextArea
            label={t("assets.field.notes")}
            rows={2}
            maxLength={4000}
            value={content.notes ?? ""}
            onChange={(event) => change({ notes: event.target.value })}
          />
          <TextField
            label={t("assets.reason")}
            hint={t("assets.reason_hint")}
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
          {save.isError && base === undefined && <FaultView error={save.error} />}
          {save.isError && base !== undefined && (
            <SaveTrouble
              error={save.error}
              base={base}
              mine={content}
              onResolved={(theirs, next) => {
                setBase(theirs);
                setContent(next);
                save.reset();
              }}
            />
          )}
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" disabled={save.isPending} data-testid="system-save">
            {t("action.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
