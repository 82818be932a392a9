import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { SelectField } from "../../../kit/field.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import type { CaseList, CasePage } from "../../api/case-types.ts";
import { api } from "../../api/client.ts";
import { type CaseDialogProps, FormDialog, Reason } from "./case-dialogs.tsx";
import { NOT_CLOSED } from "./search.ts";
import { casePath } from "./use-cases.ts";

const CARRIED = [
  "alerts",
  "fact",
  "task",
  "asset",
  "indicator",
  "note",
  "message",
  "decision",
  "comment",
  "people",
  "tags",
] as const;
const USUALLY = new Set<string>(["alerts", "fact", "asset", "indicator", "note"]);

/** Another case becomes part of this one; what comes over is chosen, the other stays as it was, closed. */
export function MergeDialog(props: CaseDialogProps) {
  const { page } = props;
  const t = useText();
  const [from, setFrom] = useState("");
  const [carry, setCarry] = useState<ReadonlySet<string>>(USUALLY);
  const [reason, setReason] = useState("");
  const exercise = page.exerciseId === null ? "exclude" : "only";
  const others = useQuery({
    queryKey: ["cases", "to-merge", exercise],
    queryFn: ({ signal }) => api.get<CaseList>("/cases", { stage: NOT_CLOSED, exercise, limit: 200 }, signal),
  });
  const items = (others.data?.items ?? []).filter(({ id }) => id !== page.id);
  const toggle = (what: string) => {
    const next = new Set(carry);
    if (!next.delete(what)) next.add(what);
    setCarry(next);
  };
  const work = async ({ version }: CasePage) => {
    const source = await api.get<CasePage>(casePath(from));
    return api.post(`${casePath(page.id)}/merge`, {
      version,
      from,
      fromVersion: source.version,
      carry: [...carry],
      reason,
    });
  };
  return (
    <FormDialog
      {...props}
      title={t("case.merge")}
      testId="merge-case"
      submit={t("case.merge.do")}
      ready={from !== "" && reason.trim() !== ""}
      work={work}
    >
      <SelectField
        label={t("case.merge.from")}
        value={from}
        onChange={(event) => setFrom(event.target.value)}
        data-testid="merge-from"
      >
        <option value="">{t("case.merge.choose")}</option>
        {items.map(({ id, number, title }) => (
          <option key={id} value={id}>
            {`${number} · ${title}`}
          </option>
        ))}
      </SelectField>
      <fieldset className="case-fieldset">
        <legend>{t("case.merge.carry")}</legend>
        <div className="case-people">
          {CARRIED.map((what) => (
            <label key={what} className="row">
              <input type="checkbox" checked={carry.has(what)} onChange={() => toggle(what)} />
              {t(`case.carry.${what}`)}
            </label>
          ))}
        </div>
      </fieldset>
      <p className="quiet">{t("case.merge.means")}</p>
      <Reason value={reason} onChange={setReason} required />
    </FormDialog>
  );
}
