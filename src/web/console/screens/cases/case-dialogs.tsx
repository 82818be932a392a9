import { type FormEvent, type ReactNode, useState } from "react";
import { SEVERITIES } from "../../../../kernel/severity.ts";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { SelectField, TextArea, TextField } from "../../../kit/field.tsx";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import type { CasePage, CaseStage, Tlp } from "../../api/case-types.ts";
import { api } from "../../api/client.ts";
import { TLPS } from "./new-case.tsx";
import { type CaseWriting, casePath, useCaseTemplates } from "./use-cases.ts";

export interface CaseDialogProps {
  readonly page: CasePage;
  readonly writing: CaseWriting;
  readonly onClose: () => void;
}

interface FormDialogProps extends CaseDialogProps {
  readonly title: string;
  readonly testId: string;
  readonly submit: string;
  readonly ready: boolean;
  /** Made with the page as it was when the dialog opened; again with the newest one. */
  readonly work: (page: CasePage) => Promise<unknown>;
  readonly children: ReactNode;
}

export function FormDialog({ page, writing, onClose, title, testId, submit, ready, work, children }: FormDialogProps) {
  const t = useText();
  const [opened] = useState(page);
  const [isBusy, setBusy] = useState(false);
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const written = await writing.attempt(opened, work);
    setBusy(false);
    if (written) onClose();
  };
  return (
    <Dialog title={title} onClose={onClose} testId={testId}>
      <form onSubmit={(event) => void send(event)}>
        <div className="dialog-body stack">{children}</div>
        <div className="dialog-foot">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" disabled={isBusy || !ready} data-testid={`${testId}-submit`}>
            {submit}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

export function Reason({
  value,
  onChange,
  required = false,
}: {
  value: string;
  onChange: (text: string) => void;
  required?: boolean;
}) {
  const t = useText();
  return (
    <TextArea
      label={t(required ? "case.reason" : "case.reason.optional")}
      rows={2}
      maxLength={2_000}
      required={required}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      data-testid="case-reason"
    />
  );
}

export function EditCaseDialog(props: CaseDialogProps) {
  const { page } = props;
  const t = useText();
  const language = useLanguage();
  const templates = useCaseTemplates();
  const [form, setForm] = useState({
    title: page.title,
    summary: page.summary,
    severity: page.severity,
    kind: page.kind,
    tlp: page.tlp,
    tags: page.tags.join(", "),
  });
  const set = (part: Partial<typeof form>) => setForm({ ...form, ...part });
  const tags = [
    ...new Set(
      form.tags
        .split(",")
        .map((tag) => tag.trim())
        .filter((tag) => tag !== ""),
    ),
  ];
  return (
    <FormDialog
      {...props}
      title={t("case.edit")}
      testId="edit-case"
      submit={t("action.save")}
      ready={form.title.trim() !== ""}
      work={({ version }) => api.patch(casePath(page.id), { ...form, title: form.title.trim(), tags, version })}
    >
      <TextField
        label={t("case.title")}
        value={form.title}
        maxLength={200}
        required
        onChange={(event) => set({ title: event.target.value })}
        data-testid="edit-title"
      />
      <TextArea
        label={t("case.summary")}
        rows={4}
        value={form.summary}
        onChange={(event) => set({ summary: event.target.value })}
        data-testid="edit-summary"
      />
      <div className="case-columns">
        <SelectField
          label={t("case.severity")}
          value={form.severity}
          onChange={(event) => set({ severity: event.target.value as CasePage["severity"] })}
          data-testid="edit-severity"
        >
          {SEVERITIES.toReversed().map((level) => (
            <option key={level} value={level}>
              {t(`severity.${level}`)}
            </option>
          ))}
        </SelectField>
        <SelectField label={t("case.kind")} value={form.kind} onChange={(event) => set({ kind: event.target.value })}>
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
      <TextField
        label={t("case.tags")}
        hint={t("case.tags.hint")}
        value={form.tags}
        onChange={(event) => set({ tags: event.target.value })}
      />
    </FormDialog>
  );
}

const STAGES = ["new", "triage", "investigating", "contained", "eradicated", "recovering", "closed"] as const;
const RESOLUTIONS = ["incident", "near_miss", "false_alarm", "duplicate", "exercise"] as const;
const MIN_SUMMARY = 20;

/** The next stage is offered; leaps and steps back need a reason, closing a resolution and a summary. */
export function StageDialog(props: CaseDialogProps) {
  const { page } = props;
  const t = useText();
  const at = STAGES.indexOf(page.stage);
  const choices =
    page.stage === "closed"
      ? (["investigating"] as const)
      : STAGES.filter((stage) => stage !== page.stage && (stage !== "closed" || page.may.close));
  const [to, setTo] = useState<CaseStage>(
    page.stage === "closed"
      ? "investigating"
      : (choices.find((stage) => STAGES.indexOf(stage) === at + 1) ?? choices[0] ?? "triage"),
  );
  const [reason, setReason] = useState("");
  const [resolution, setResolution] = useState<(typeof RESOLUTIONS)[number]>(
    page.exerciseId === null ? "incident" : "exercise",
  );
  const [summary, setSummary] = useState("");
  const closes = to === "closed";
  const needsReason = closes || page.stage === "closed" || STAGES.indexOf(to) !== at + 1;
  const isReady = (!needsReason || reason.trim() !== "") && (!closes || summary.trim().length >= MIN_SUMMARY);
  return (
    <FormDialog
      {...props}
      title={t("case.stage.change")}
      testId="stage-case"
      submit={t(closes ? "case.close" : "case.stage.do")}
      ready={isReady}
      work={({ version }) =>
        api.post(`${casePath(page.id)}/stage`, { version, to, reason, ...(closes ? { resolution, summary } : {}) })
      }
    >
      <SelectField
        label={t("case.stage.to")}
        value={to}
        onChange={(event) => setTo(event.target.value as CaseStage)}
        data-testid="stage-to"
      >
        {choices.map((stage) => (
          <option key={stage} value={stage}>
            {t(`case.stage.${stage}`)}
          </option>
        ))}
      </SelectField>
      {closes && (
        <>
          <SelectField
            label={t("case.resolution")}
            value={resolution}
            onChange={(event) => setResolution(event.target.value as (typeof RESOLUTIONS)[number])}
            data-testid="stage-resolution"
          >
            {RESOLUTIONS.map((each) => (
              <option key={each} value={each}>
                {t(`case.resolution.${each}`)}
              </option>
            ))}
          </SelectField>
          <TextArea
            label={t("case.closing_summary")}
            hint={t("case.closing_summary.hint", { n: MIN_SUMMARY })}
            rows={4}
            required
            value={summary}
            onChange={(event) => setSummary(event.target.value)}
            data-testid="stage-summary"
          />
        </>
      )}
      <Reason value={reason} onChange={setReason} required={needsReason} />
    </FormDialog>
  );
}
