import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { SelectField, TextArea, TextField } from "../../../kit/field.tsx";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import type { CaseCreate, CasePage, Tlp } from "../../api/case-types.ts";
import { api } from "../../api/client.ts";
import { FaultView } from "../../fault-view.tsx";
import { isoTime, localTime } from "./part-forms.ts";
import { useCaseTemplates } from "./use-cases.ts";

export const TLPS: readonly Tlp[] = ["RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR"];
const CHANNELS = ["phone", "email", "in_person", "letter", "chat", "other"] as const;

interface NewCaseProps {
  readonly alerts: readonly string[];
  readonly title?: string;
  readonly onClose: () => void;
  readonly onDone: (id: string) => void;
}

function useNewCase(alerts: readonly string[], title: string) {
  const language = useLanguage();
  const [form, setForm] = useState({
    title,
    kind: "",
    tlp: "AMBER" as Tlp,
    summary: "",
    reporter: "",
    channel: "phone" as (typeof CHANNELS)[number],
    at: localTime(new Date().toISOString()),
    restricted: false,
  });
  const content = (kind: string): CaseCreate => ({
    title: form.title.trim(),
    kind,
    summary: form.summary,
    tlp: form.tlp,
    alerts: [...alerts],
    restricted: form.restricted,
    language,
    origin:
      form.reporter.trim() === ""
        ? null
        : { reporter: form.reporter.trim(), channel: form.channel, at: isoTime(form.at) },
  });
  return { form, set: (part: Partial<typeof form>) => setForm({ ...form, ...part }), content };
}

/** A case of alerts, or of what somebody reported; the kind brings tasks and guidance. */
export function NewCaseDialog({ alerts, title = "", onClose, onDone }: NewCaseProps) {
  const t = useText();
  const language = useLanguage();
  const client = useQueryClient();
  const templates = useCaseTemplates();
  const { form, set, content } = useNewCase(alerts, title);
  const [fault, setFault] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const kind = form.kind === "" ? (templates.data?.items[0]?.kind ?? "") : form.kind;
  const chosen = templates.data?.items.find((each) => each.kind === kind);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      const made = await api.post<CasePage>("/cases", content(kind));
      await client.invalidateQueries({ queryKey: ["cases"] });
      onClose();
      onDone(made.id);
    } catch (error) {
      setFault(error);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={t(alerts.length === 0 ? "case.new" : "case.new.of_alerts", { n: alerts.length })}
      onClose={onClose}
      wide
      testId="new-case"
    >
      <form onSubmit={(event) => void submit(event)}>
        <div className="dialog-body stack">
          <TextField
            label={t("case.title")}
            value={form.title}
            maxLength={200}
            required
            onChange={(event) => set({ title: event.target.value })}
            data-testid="new-case-title"
          />
          <div className="case-columns">
            <SelectField
              label={t("case.kind")}
              value={kind}
              onChange={(event) => set({ kind: event.target.value })}
              data-testid="new-case-kind"
            >
              {(templates.data?.items ?? []).map((each) => (
                <option key={each.kind} value={each.kind}>
                  {each.title[language]}
                </option>
              ))}
            </SelectField>
            <SelectField
              label={t("case.tlp")}
              value={form.tlp}
              onChange={(event) => set({ tlp: event.target.value as Tlp })}
            >
              {TLPS.map((tlp) => (
                <option key={tlp} value={tlp}>{`TLP:${tlp}`}</option>
              ))}
            </SelectField>
          </div>
          {chosen !== undefined && (
            <p className="quiet small" data-testid="new-case-brings">
              {t("case.new.brings", { n: chosen.tasks.length, severity: t(`severity.${chosen.severity}`) })}
            </p>
          )}
          <TextArea
            label={t("case.summary")}
            rows={3}
            value={form.summary}
            onChange={(event) => set({ summary: event.target.value })}
          />
          {alerts.length === 0 && (
            <fieldset className="case-fieldset">
              <legend>{t("case.origin")}</legend>
              <div className="case-columns">
                <TextField
                  label={t("case.origin.reporter")}
                  hint={t("case.origin.hint")}
                  value={form.reporter}
                  onChange={(event) => set({ reporter: event.target.value })}
                  data-testid="new-case-reporter"
                />
                <SelectField
                  label={t("case.origin.channel")}
                  value={form.channel}
                  onChange={(event) => set({ channel: event.target.value as (typeof CHANNELS)[number] })}
                >
                  {CHANNELS.map((channel) => (
                    <option key={channel} value={channel}>
                      {t(`case.channel.${channel}`)}
                    </option>
                  ))}
                </SelectField>
                <TextField
                  label={t("case.origin.at")}
                  type="datetime-local"
                  value={form.at}
                  onChange={(event) => set({ at: event.target.value })}
                />
              </div>
            </fieldset>
          )}
          <label className="row">
            <input
              type="checkbox"
              checked={form.restricted}
              onChange={(event) => set({ restricted: event.target.checked })}
              data-testid="new-case-restricted"
            />
            {t("case.new.restricted")}
          </label>
          {fault !== undefined && <FaultView error={fault} />}
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button
            kind="primary"
            type="submit"
            disabled={isBusy || form.title.trim() === "" || kind === ""}
            data-testid="new-case-submit"
          >
            {t("case.new.do")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
