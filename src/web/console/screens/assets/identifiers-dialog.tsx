import { type SubmitEvent, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { TextField } from "../../../kit/field.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import type { Asset, AssetContent } from "../../api/asset-types.ts";
import { TextArea } from "../storage/text-area.tsx";
import { SaveTrouble } from "./conflict.tsx";
import { contentOf, KINDS, linesOf, withLines } from "./system-form.ts";
import { useSaveAsset } from "./use-assets.ts";

interface ServiceBarProps {
  readonly services: AssetContent["services"];
  readonly service: string | null;
  readonly onPick: (service: string | null) => void;
  readonly onAdd: (name: string) => void;
}

/** Which service the lists below belong to. */
function ServiceBar({ services, service, onPick, onAdd }: ServiceBarProps) {
  const t = useText();
  const [name, setName] = useState("");
  const add = () => {
    const wanted = name.trim();
    if (wanted === "") return;
    if (!services.some((each) => each.name === wanted)) onAdd(wanted);
    onPick(wanted);
    setName("");
  };
  return (
    <div className="row wrap service-bar">
      <div className="field">
        <label htmlFor="service-pick">{t("assets.of_service")}</label>
        <select
          id="service-pick"
          className="input"
          value={service ?? ""}
          onChange={(event) => onPick(event.target.value === "" ? null : event.target.value)}
          data-testid="service-pick"
        >
          <option value="">{t("assets.whole_system")}</option>
          {services.map((each) => (
            <option key={each.name} value={each.name}>
              {each.name}
            </option>
          ))}
        </select>
      </div>
      <TextField
        label={t("assets.new_service")}
        maxLength={200}
        value={name}
        onChange={(event) => setName(event.target.value)}
        data-testid="service-name"
      />
      <Button icon="plus" disabled={name.trim() === ""} onClick={add} data-testid="service-add">
        {t("assets.add_service")}
      </Button>
    </div>
  );
}

/** Lists as people have them: pasted, one a line. What is written is kept while another service is looked at. */
export function IdentifiersDialog({ system, onClose }: { system: Asset; onClose: () => void }) {
  const t = useText();
  const [base, setBase] = useState(system);
  const [content, setContent] = useState(contentOf(system));
  const [service, setService] = useState<string | null>(null);
  const [reason, setReason] = useState("");
  /** As typed, so that a line being written is not tidied under the cursor. */
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const save = useSaveAsset(onClose);
  const keyOf = (kind: string) => `${kind} ${service ?? ""}`;
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    save.mutate({ content, reason, of: base });
  };
  return (
    <Dialog
      wide
      title={t("assets.identifiers.title", { name: system.name })}
      onClose={onClose}
      testId="identifiers-dialog"
    >
      <form onSubmit={submit}>
        <div className="dialog-body stack">
          <ServiceBar
            services={content.services}
            service={service}
            onPick={setService}
            onAdd={(name) => setContent((now) => ({ ...now, services: [...now.services, { name, note: null }] }))}
          />
          <div className="asset-form-grid">
            {KINDS.map((kind) => (
              <TextArea
                key={`${kind} ${service ?? ""}`}
                label={t(`assets.kind.${kind}`)}
                hint={t(`assets.kind_hint.${kind}`)}
                rows={6}
                spellCheck={false}
                className="input mono"
                value={typed[keyOf(kind)] ?? linesOf(content.identifiers, { kind, service })}
                onChange={({ target: { value } }) => {
                  setTyped((now) => ({ ...now, [keyOf(kind)]: value }));
                  setContent((now) => ({ ...now, identifiers: withLines(now.identifiers, { kind, service }, value) }));
                }}
                data-testid={`lines-${kind}`}
              />
            ))}
          </div>
          <TextField
            label={t("assets.reason")}
            hint={t("assets.reason_hint")}
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
          {save.isError && (
            <SaveTrouble
              error={save.error}
              base={base}
              mine={content}
              onResolved={(theirs, next) => {
                setBase(theirs);
                setContent(next);
                setTyped({});
                save.reset();
              }}
            />
          )}
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" disabled={save.isPending} data-testid="identifiers-save">
            {t("action.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
