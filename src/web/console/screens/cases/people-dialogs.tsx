import { useState } from "react";
import { SelectField } from "../../../kit/field.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { api } from "../../api/client.ts";
import { useUserNames } from "../alerts/filter-bar.tsx";
import { type CaseDialogProps, FormDialog, Reason } from "./case-dialogs.tsx";
import { casePath } from "./use-cases.ts";

interface ChoiceProps {
  readonly label: string;
  readonly chosen: ReadonlySet<string>;
  readonly onChange: (chosen: ReadonlySet<string>) => void;
  readonly testId: string;
}

/** People to tick: a shift is a list that fits on a screen. */
function PeopleChoice({ label, chosen, onChange, testId }: ChoiceProps) {
  const names = useUserNames(true);
  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChange(next);
  };
  return (
    <fieldset className="case-fieldset" data-testid={testId}>
      <legend>{label}</legend>
      <div className="case-people">
        {(names.data?.items ?? []).map(({ id, displayName }) => (
          <label key={id} className="row">
            <input type="checkbox" checked={chosen.has(id)} onChange={() => toggle(id)} />
            <bdi>{displayName}</bdi>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

export function PeopleDialog(props: CaseDialogProps) {
  const { page } = props;
  const t = useText();
  const names = useUserNames(true);
  const [lead, setLead] = useState(page.lead?.id ?? "");
  const [deputies, setDeputies] = useState<ReadonlySet<string>>(new Set(page.deputies.map(({ id }) => id)));
  const [watchers, setWatchers] = useState<ReadonlySet<string>>(new Set(page.watchers.map(({ id }) => id)));
  const [reason, setReason] = useState("");
  return (
    <FormDialog
      {...props}
      title={t("case.people")}
      testId="people-case"
      submit={t("action.save")}
      ready
      work={({ version }) =>
        api.put(`${casePath(page.id)}/people`, {
          version,
          lead: lead === "" ? null : lead,
          deputies: [...deputies],
          watchers: [...watchers],
          reason,
        })
      }
    >
      <SelectField
        label={t("case.lead")}
        value={lead}
        onChange={(event) => setLead(event.target.value)}
        data-testid="people-lead"
      >
        <option value="">{t("case.nobody")}</option>
        {(names.data?.items ?? []).map(({ id, displayName }) => (
          <option key={id} value={id}>
            {displayName}
          </option>
        ))}
      </SelectField>
      <PeopleChoice label={t("case.deputies")} chosen={deputies} onChange={setDeputies} testId="people-deputies" />
      <PeopleChoice label={t("case.watchers")} chosen={watchers} onChange={setWatchers} testId="people-watchers" />
      <Reason value={reason} onChange={setReason} />
    </FormDialog>
  );
}

/** What it means is said before it is done: who is not named will find nothing of the case. */
export function AccessDialog(props: CaseDialogProps) {
  const { page } = props;
  const t = useText();
  const [restricted, setRestricted] = useState(page.restricted);
  const [members, setMembers] = useState<ReadonlySet<string>>(new Set(page.members.map(({ id }) => id)));
  const [reason, setReason] = useState("");
  return (
    <FormDialog
      {...props}
      title={t("case.access")}
      testId="access-case"
      submit={t("action.save")}
      ready={reason.trim() !== ""}
      work={({ version }) =>
        api.put(`${casePath(page.id)}/access`, { version, restricted, members: [...members], reason })
      }
    >
      <label className="row">
        <input
          type="checkbox"
          checked={restricted}
          onChange={(event) => setRestricted(event.target.checked)}
          data-testid="access-restricted"
        />
        {t("case.access.restrict")}
      </label>
      <p className="quiet">{t(restricted ? "case.access.means" : "case.access.open")}</p>
      {restricted && (
        <PeopleChoice label={t("case.members")} chosen={members} onChange={setMembers} testId="access-members" />
      )}
      <Reason value={reason} onChange={setReason} required />
    </FormDialog>
  );
}
