import { useState } from "react";
import { SelectField, TextField } from "../../../kit/field.tsx";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import type { PersonContent, Roster, RosterPerson } from "../../api/people-types.ts";
import { FormDialog } from "../../form-dialog.tsx";
import { useAccounts, useSavePerson } from "./use-people.ts";

const EMPTY: PersonContent = {
  name: "",
  unit: "",
  roles: [],
  tier: null,
  phone: null,
  mail: null,
  languages: ["vi"],
  userId: null,
};
const TIERS = [1, 2, 3] as const;
const MAX_ROLES = 6;

interface PartProps {
  readonly draft: PersonContent;
  readonly onChange: (part: Partial<PersonContent>) => void;
}

function Roles({ draft, onChange, profiles }: PartProps & { profiles: Roster["profiles"] }) {
  const t = useText();
  const language = useLanguage();
  return (
    <fieldset className="choices">
      <legend>{t("people.roles")}</legend>
      {profiles.map((profile) => (
        <label key={profile.id} className="check" title={profile.instrument}>
          <input
            type="checkbox"
            checked={draft.roles.includes(profile.id)}
            disabled={!draft.roles.includes(profile.id) && draft.roles.length >= MAX_ROLES}
            onChange={(event) =>
              onChange({
                roles: event.target.checked
                  ? [...draft.roles, profile.id]
                  : draft.roles.filter((each) => each !== profile.id),
              })
            }
          />
          <span>{profile[language]}</span>
        </label>
      ))}
      {profiles[0] !== undefined && <p className="quiet small">{profiles[0].instrument}</p>}
    </fieldset>
  );
}

function Contact({ draft, onChange }: PartProps) {
  const t = useText();
  const accounts = useAccounts();
  const orNull = (text: string) => (text === "" ? null : text);
  return (
    <div className="pair">
      <TextField
        label={t("people.phone")}
        hint={t("notice_rules.phone.hint")}
        type="tel"
        pattern="\+[0-9]{6,15}"
        maxLength={16}
        value={draft.phone ?? ""}
        onChange={(event) => onChange({ phone: orNull(event.target.value) })}
      />
      <TextField
        label={t("people.mail")}
        type="email"
        maxLength={254}
        value={draft.mail ?? ""}
        onChange={(event) => onChange({ mail: orNull(event.target.value) })}
      />
      <TextField
        label={t("people.languages")}
        hint={t("people.languages.hint")}
        maxLength={40}
        pattern="[a-z]{2,3}( *, *[a-z]{2,3})*"
        defaultValue={draft.languages.join(", ")}
        onChange={(event) =>
          onChange({
            languages: event.target.value
              .split(",")
              .map((part) => part.trim())
              .filter((part) => part !== ""),
          })
        }
      />
      <SelectField
        label={t("people.account")}
        hint={t("people.account.hint")}
        value={draft.userId ?? ""}
        onChange={(event) => onChange({ userId: orNull(event.target.value) })}
      >
        <option value="">{t("people.no_account")}</option>
        {(accounts.data?.items ?? []).map(({ id, displayName }) => (
          <option key={id} value={id}>
            {displayName}
          </option>
        ))}
      </SelectField>
    </div>
  );
}

interface DialogProps {
  readonly known?: RosterPerson;
  readonly profiles: Roster["profiles"];
  readonly onClose: () => void;
}

export function PersonDialog({ known, profiles, onClose }: DialogProps) {
  const t = useText();
  const [draft, setDraft] = useState<PersonContent>(() => known ?? EMPTY);
  const [archived, setArchived] = useState(known?.archived ?? false);
  const change = (part: Partial<PersonContent>) => setDraft((now) => ({ ...now, ...part }));
  const save = useSavePerson(known, onClose);
  const submit = () => {
    const { name, unit, roles, tier, phone, mail, languages, userId } = draft;
    save.mutate({ name, unit, roles, tier, phone, mail, languages, userId, archived });
  };
  return (
    <FormDialog
      title={t(known === undefined ? "people.new" : "people.edit")}
      onClose={onClose}
      testId="person-dialog"
      wide
      onSubmit={submit}
      work={save}
      submit={t("action.save")}
      submitTestId="person-save"
    >
      <div className="pair">
        <TextField
          label={t("people.name")}
          required
          maxLength={120}
          value={draft.name}
          onChange={(event) => change({ name: event.target.value })}
          data-testid="person-name"
        />
        <TextField
          label={t("people.unit")}
          maxLength={120}
          value={draft.unit}
          onChange={(event) => change({ unit: event.target.value })}
        />
        <SelectField
          label={t("people.tier")}
          value={draft.tier ?? ""}
          onChange={(event) => change({ tier: event.target.value === "" ? null : Number(event.target.value) })}
        >
          <option value="">—</option>
          {TIERS.map((tier) => (
            <option key={tier} value={tier}>
              {t("people.tier_n", { n: tier })}
            </option>
          ))}
        </SelectField>
      </div>
      <Roles draft={draft} onChange={change} profiles={profiles} />
      <Contact draft={draft} onChange={change} />
      {known !== undefined && (
        <label className="check">
          <input type="checkbox" checked={archived} onChange={(event) => setArchived(event.target.checked)} />
          <span>
            {t("people.archive")}
            <span className="quiet small">{t("people.archive.hint")}</span>
          </span>
        </label>
      )}
    </FormDialog>
  );
}
