import "../settings/settings.css";
import "./notices.css";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { TextField } from "../../../kit/field.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { useToast } from "../../../kit/toast.tsx";
import { api, ApiFault } from "../../api/client.ts";
import type { NoticeRules, NoticeRulesChange, Tried } from "../../api/notice-types.ts";
import { FaultView } from "../../fault-view.tsx";
import { SETTINGS } from "../../frame/places.ts";
import { PageTabs } from "../../page-tabs.tsx";
import { ChoiceTable } from "./choice-table.tsx";
import { clockOf, minutesOf } from "./clock-time.ts";
import { useCodeText } from "./destination-words.ts";

const NIGHT = { from: 22 * 60, to: 7 * 60 };

type Draft = NoticeRulesChange;

function draftOf({ mail, phone, timeZone, quiet, criticalPasses, choices, version }: NoticeRules): Draft {
  return { mail, phone, timeZone, quiet, criticalPasses, choices, version };
}

interface PartProps {
  readonly draft: Draft;
  readonly onChange: (part: Partial<Draft>) => void;
}

function Addresses({ draft, onChange, rules }: PartProps & { rules: NoticeRules }) {
  const t = useText();
  const has = (way: string) => rules.ways.some((each) => each.way === way);
  return (
    <section>
      <h2>{t("notice_rules.addresses")}</h2>
      <div className="pair">
        <TextField
          label={t("notice_rules.mail")}
          hint={t(has("mail") ? "notice_rules.mail.hint" : "notice_rules.mail.off")}
          type="email"
          autoComplete="email"
          maxLength={254}
          value={draft.mail ?? ""}
          onChange={(event) => onChange({ mail: event.target.value === "" ? null : event.target.value })}
          data-testid="rules-mail"
        />
        <TextField
          label={t("notice_rules.phone")}
          hint={t(has("sms") ? "notice_rules.phone.hint" : "notice_rules.phone.off")}
          type="tel"
          autoComplete="tel"
          pattern="\+[0-9]{6,15}"
          maxLength={16}
          value={draft.phone ?? ""}
          onChange={(event) => onChange({ phone: event.target.value === "" ? null : event.target.value })}
        />
      </div>
      <TryButtons rules={rules} />
    </section>
  );
}

/** Only what is saved can be tried: the server sends to the address it knows. */
function TryButtons({ rules }: { rules: NoticeRules }) {
  const t = useText();
  const toast = useToast();
  const codeText = useCodeText();
  const attempt = useMutation({
    mutationFn: (way: string) => api.post<Tried>("/notices/rules/try", { way }),
    onSuccess: ({ ok, code }) =>
      toast.show(ok ? { text: t("notice_rules.tried") } : { text: codeText(code), tone: "bad" }),
  });
  const ways = rules.ways.filter(({ way }) =>
    way === "mail" ? rules.mail !== null : way !== "sms" || rules.phone !== null,
  );
  if (ways.length === 0) return null;
  return (
    <div className="row wrap">
      {ways.map(({ way, name }) => (
        <Button key={way} disabled={attempt.isPending} onClick={() => attempt.mutate(way)} data-testid={`try-${way}`}>
          {t("notice_rules.try", { way: name ?? t(`notice.way.${way}`) })}
        </Button>
      ))}
      {attempt.isError && <FaultView error={attempt.error} />}
    </div>
  );
}

function QuietHours({ draft, onChange }: PartProps) {
  const t = useText();
  const { quiet } = draft;
  const time = (end: "from" | "to") => (
    <TextField
      label={t(`notice_rules.quiet.${end}`)}
      type="time"
      required
      value={clockOf(quiet?.[end] ?? 0)}
      onChange={(event) => onChange({ quiet: { ...(quiet ?? NIGHT), [end]: minutesOf(event.target.value) ?? 0 } })}
    />
  );
  return (
    <section className="stack">
      <h2>{t("notice_rules.quiet")}</h2>
      <label className="check">
        <input
          type="checkbox"
          checked={quiet !== null}
          onChange={(event) => onChange({ quiet: event.target.checked ? NIGHT : null })}
          data-testid="quiet-switch"
        />
        <span>
          {t("notice_rules.quiet.on")}
          <span className="quiet small">{t("notice_rules.quiet.hint")}</span>
        </span>
      </label>
      {quiet !== null && (
        <>
          <div className="pair">
            {time("from")}
            {time("to")}
            <TextField
              label={t("notice_rules.zone")}
              list="time-zones"
              required
              maxLength={64}
              value={draft.timeZone}
              onChange={(event) => onChange({ timeZone: event.target.value })}
            />
            <datalist id="time-zones">
              {Intl.supportedValuesOf("timeZone").map((zone) => (
                <option key={zone} value={zone} />
              ))}
            </datalist>
          </div>
          <label className="check">
            <input
              type="checkbox"
              checked={draft.criticalPasses}
              onChange={(event) => onChange({ criticalPasses: event.target.checked })}
            />
            <span>{t("notice_rules.critical_passes")}</span>
          </label>
        </>
      )}
    </section>
  );
}

function RulesForm({ rules }: { rules: NoticeRules }) {
  const t = useText();
  const client = useQueryClient();
  const toast = useToast();
  const [draft, setDraft] = useState<Draft>(() => draftOf(rules));
  const change = (part: Partial<Draft>) => setDraft((now) => ({ ...now, ...part }));
  const adopt = (fresh: NoticeRules) => {
    client.setQueryData(["notice-rules"], fresh);
    setDraft(draftOf(fresh));
  };
  const save = useMutation({
    mutationFn: () => api.put<NoticeRules>("/notices/rules", draft),
    onSuccess: (fresh) => {
      adopt(fresh);
      toast.show({ text: t("notice_rules.saved") });
    },
  });
  const takeTheirs = useMutation({
    mutationFn: () => api.get<NoticeRules>("/notices/rules"),
    onSuccess: (fresh) => {
      save.reset();
      adopt(fresh);
    },
  });
  const unsaved = JSON.stringify(draft) !== JSON.stringify(draftOf(rules));
  const stale = save.error instanceof ApiFault && save.error.code === "notices.rules.changed";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit} data-testid="notice-rules">
      <Addresses draft={draft} onChange={change} rules={rules} />
      <QuietHours draft={draft} onChange={change} />
      <section>
        <h2>{t("notice_rules.choices")}</h2>
        <p className="quiet">{t("notice_rules.choices.hint")}</p>
        <ChoiceTable rules={rules} choices={draft.choices} onChange={(choices) => change({ choices: [...choices] })} />
      </section>
      <div className="row wrap save-bar">
        <Button kind="primary" type="submit" disabled={!unsaved || save.isPending} data-testid="rules-save">
          {t("action.save")}
        </Button>
        <span className="quiet small">{t(unsaved ? "form.unsaved" : "form.saved")}</span>
        {save.isError && <FaultView error={save.error} />}
        {stale && <Button onClick={() => takeTheirs.mutate()}>{t("form.take_theirs")}</Button>}
      </div>
    </form>
  );
}

/** How the person wants to be told; their own affair, and nobody else sees it. */
export function NoticeRulesPage() {
  const t = useText();
  const rules = useQuery({
    queryKey: ["notice-rules"],
    queryFn: ({ signal }) => api.get<NoticeRules>("/notices/rules", undefined, signal),
  });
  return (
    <>
      <PageTabs tabs={SETTINGS} label={t("place.settings")} />
      <div className="page-body settings wide notice-rules">
        <h1>{t("notices.rules")}</h1>
        <p className="quiet">{t("notice_rules.body")}</p>
        {rules.isPending && <Skeleton />}
        {rules.isError && <FaultView error={rules.error} onRetry={() => void rules.refetch()} />}
        {rules.isSuccess && <RulesForm rules={rules.data} />}
      </div>
    </>
  );
}
