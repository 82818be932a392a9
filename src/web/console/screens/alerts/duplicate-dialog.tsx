import { type FormEvent, type KeyboardEvent, type ReactNode, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import type { Alert, AlertAction } from "../../api/types.ts";
import { FaultView } from "../../fault-view.tsx";
import { isInQueue } from "./action-props.ts";
import { ruleTitle } from "./columns.tsx";
import { Subject } from "./dialog-subject.tsx";
import { duplicateTitle, reasonText, useDuplicates } from "./duplicates.tsx";
import { NoteField } from "./note-dialog.tsx";
import { useTriagePolicy } from "./policy.ts";

/** As many as there are number keys. */
const OFFERED = 9;

interface DuplicateDialogProps {
  readonly kind: "duplicate" | "merge-into";
  readonly alerts: readonly Alert[];
  readonly onClose: () => void;
  readonly onAction: (alerts: readonly Alert[], action: AlertAction) => void;
  readonly onMerge: (alerts: readonly Pick<Alert, "id">[]) => void;
}

/** Says which alert stays before it happens: for one alert the most alike, for several the oldest of them, unless somebody picks another. */
export function DuplicateDialog(props: DuplicateDialogProps) {
  return props.alerts.length > 1 ? <OneStays {...props} /> : <OneOfThem {...props} />;
}

function OneOfThem({ kind, alerts, onClose, onAction, onMerge }: DuplicateDialogProps) {
  const t = useText();
  const format = useFormat();
  const language = useLanguage();
  const [alert] = alerts;
  const found = useDuplicates(alert);
  const offered = (found.data?.items ?? []).filter((each) => kind === "duplicate" || isInQueue(each));
  const [picked, setPicked] = useState<string>();
  const chosen = offered.find(({ id }) => id === picked) ?? offered[0];
  const submit = (note: string) => {
    if (chosen === undefined || alert === undefined) return;
    onClose();
    if (kind === "duplicate") onAction(alerts, closing(chosen.id, note));
    else onMerge([alert, chosen]);
  };
  return (
    <Shell
      kind={kind}
      isReady={chosen !== undefined}
      onClose={onClose}
      onSubmit={submit}
      onNumber={(n) => setPicked(offered[n - 1]?.id)}
    >
      <Subject alerts={alerts} />
      {found.isPending && <Skeleton />}
      {found.isError && <FaultView error={found.error} onRetry={() => void found.refetch()} />}
      {found.isSuccess && offered.length === 0 && <p data-testid="duplicate-none">{t("duplicate.none")}</p>}
      {offered.length > 0 && (
        <fieldset className="reasons">
          <legend className="visually-hidden">{t("duplicate.which")}</legend>
          {offered.map((each, n) => (
            <Offer
              key={each.id}
              n={n + 1}
              title={duplicateTitle(each, language)}
              why={`${reasonText(each, { t, format })} · ${t("duplicate.score", { n: each.score })}`}
              checked={each === chosen}
              onPick={() => setPicked(each.id)}
            />
          ))}
        </fieldset>
      )}
    </Shell>
  );
}

interface OfferProps {
  readonly n: number;
  readonly title: string;
  readonly why: string;
  readonly checked: boolean;
  readonly onPick: () => void;
}

function Offer({ n, title, why, checked, onPick }: OfferProps) {
  return (
    <label className="reason" data-testid="duplicate-offer">
      <input type="radio" name="duplicate" checked={checked} onChange={onPick} />
      <kbd aria-hidden="true">{n}</kbd>
      <span>
        <strong>
          <SafeText text={title} />
        </strong>
        <span className="quiet">
          <SafeText text={why} />
        </span>
      </span>
    </label>
  );
}

/** Of several, which one stays: the oldest unless somebody says otherwise. */
function OneStays({ kind, alerts, onClose, onAction }: DuplicateDialogProps) {
  const t = useText();
  const format = useFormat();
  const language = useLanguage();
  const byAge = alerts.toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt) || (a.id < b.id ? -1 : 1));
  const offered = byAge.slice(0, OFFERED);
  const [picked, setPicked] = useState<string>();
  const kept = offered.find(({ id }) => id === picked) ?? offered[0];
  const others = alerts.filter((alert) => alert !== kept && isInQueue(alert));
  const submit = (note: string) => {
    if (kept === undefined) return;
    onClose();
    onAction(others, closing(kept.id, note));
  };
  return (
    <Shell
      kind={kind}
      isReady={others.length > 0}
      onClose={onClose}
      onSubmit={submit}
      onNumber={(n) => setPicked(offered[n - 1]?.id)}
    >
      <p>{t("duplicate.several", { n: others.length })}</p>
      <fieldset className="reasons">
        <legend className="visually-hidden">{t("duplicate.which")}</legend>
        {offered.map((each, n) => (
          <Offer
            key={each.id}
            n={n + 1}
            title={`${ruleTitle(each.rule, language)} · ${each.entity.value}`}
            why={`${t("alert.first_seen")} ${format.exact(new Date(each.firstSeen))}`}
            checked={each === kept}
            onPick={() => setPicked(each.id)}
          />
        ))}
      </fieldset>
    </Shell>
  );
}

interface ShellProps {
  readonly kind: "duplicate" | "merge-into";
  readonly isReady: boolean;
  readonly onClose: () => void;
  readonly onSubmit: (note: string) => void;
  readonly onNumber: (n: number) => void;
  readonly children: ReactNode;
}

function Shell({ kind, isReady, onClose, onSubmit, onNumber, children }: ShellProps) {
  const t = useText();
  const [note, setNote] = useState("");
  const policy = useTriagePolicy().data;
  const least = kind === "duplicate" ? (policy?.minimumText.duplicate ?? 0) : 0;
  const missing = Math.max(0, least - [...note.trim()].length);
  const may = isReady && missing === 0;
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (may) onSubmit(note.trim());
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) submit();
    else if (!(event.target instanceof HTMLTextAreaElement) && /^[1-9]$/u.test(event.key)) onNumber(Number(event.key));
  };
  return (
    <Dialog title={t(`duplicate.ask.${kind}`)} onClose={onClose} testId="duplicate-dialog">
      {/* Number keys choose among the radio buttons inside */}
      <form onSubmit={submit} onKeyDown={onKeyDown}>
        <div className="dialog-body stack">
          {children}
          {kind === "duplicate" && isReady && <NoteField value={note} onChange={setNote} required={least > 0} />}
          {isReady && missing > 0 && <p className="quiet">{t("close.text_missing", { n: missing })}</p>}
          {kind === "merge-into" && isReady && <p className="quiet">{t("duplicate.merge.about")}</p>}
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" disabled={!may} data-testid="duplicate-submit">
            {t(kind === "duplicate" ? "action.close_alert" : "ask.merge.do")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function closing(duplicateOf: string, note: string): AlertAction {
  return { action: "close", reason: "duplicate", duplicateOf, ...(note === "" ? {} : { note }) };
}
