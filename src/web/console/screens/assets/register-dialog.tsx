import { useState } from "react";
import { SelectField, TextField } from "../../../kit/field.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { Segmented } from "../../../kit/segmented.tsx";
import type { Criticality, SeenItem } from "../../api/asset-types.ts";
import { FormDialog } from "../../form-dialog.tsx";
import { ChosenItems } from "./chosen-items.tsx";
import { type Picked, SystemPicker } from "./system-picker.tsx";
import { CRITICALITIES } from "./system-form.ts";
import { useRegisterSeen } from "./use-assets.ts";

interface RegisterDialogProps {
  readonly items: readonly SeenItem[];
  readonly onClose: () => void;
  readonly onDone: () => void;
}

const WAYS = ["system", "new"] as const;

/** All of what was chosen goes into one system: one that is there, or a new one. */
export function RegisterDialog({ items, onClose, onDone }: RegisterDialogProps) {
  const t = useText();
  const [way, setWay] = useState<(typeof WAYS)[number]>("system");
  const [into, setInto] = useState<Picked>();
  const [name, setName] = useState("");
  const [owner, setOwner] = useState("");
  const [criticality, setCriticality] = useState<Criticality>("medium");
  const register = useRegisterSeen(onDone);
  const isReady = way === "system" ? into !== undefined : name.trim() !== "";
  const submit = () => {
    const chosen = items.map(({ kind, value }) => ({ kind, value }));
    if (way === "new") register.mutate({ items: chosen, into: { kind: "new", name, criticality, owner } });
    else if (into !== undefined) register.mutate({ items: chosen, into: { kind: "system", id: into.id } });
  };
  return (
    <FormDialog
      title={t("assets.seen.register.title", { n: items.length })}
      onClose={onClose}
      testId="register-dialog"
      onSubmit={submit}
      work={register}
      submit={t("assets.seen.register")}
      submitTestId="register-submit"
      blocked={isReady ? undefined : t("assets.seen.choose_first")}
    >
      <ChosenItems items={items} />
      <Segmented
        label={t("assets.seen.into")}
        value={way}
        options={WAYS.map((value) => ({ value, label: t(`assets.seen.into.${value}`), testId: `into-${value}` }))}
        onChange={setWay}
      />
      {way === "system" ? (
        <SystemPicker label={t("assets.field.name")} value={into} onChange={setInto} />
      ) : (
        <>
          <TextField
            label={t("assets.field.name")}
            required
            maxLength={200}
            value={name}
            onChange={(event) => setName(event.target.value)}
            data-testid="register-name"
          />
          <SelectField
            label={t("assets.field.criticality")}
            value={criticality}
            onChange={(event) => setCriticality(event.target.value as Criticality)}
          >
            {CRITICALITIES.map((each) => (
              <option key={each} value={each}>
                {t(`assets.criticality.${each}`)}
              </option>
            ))}
          </SelectField>
          <TextField
            label={t("assets.field.owner")}
            maxLength={300}
            value={owner}
            onChange={(event) => setOwner(event.target.value)}
          />
        </>
      )}
    </FormDialog>
  );
}
