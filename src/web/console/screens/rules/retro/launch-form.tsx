import "./retro.css";
import { type FormEvent, useState } from "react";
import { Button } from "../../../../kit/button.tsx";
import { SelectField, TextField } from "../../../../kit/field.tsx";
import { useText } from "../../../../kit/i18n/text.tsx";
import type { RetroHunt, RetroHuntRequest } from "../../../api/rule-types.ts";
import { FaultView } from "../../../fault-view.tsx";
import { rangeMs } from "../../../search-params.ts";
import { useLaunch } from "./use-retro.ts";

const RANGES = ["24h", "7d", "30d", "90d", "365d"] as const;
const DEFAULT_RANGE = "30d";

/** What is looked for: a rule of the library, or a text nobody has saved yet. */
export type Subject = { readonly ruleId: string } | { readonly text: string };

interface LaunchFormProps {
  readonly kind: RetroHunt["kind"];
  readonly subject: Subject;
  /** Why it cannot be started now; said on the button. */
  readonly refusal?: string | undefined;
  readonly onLaunched: (hunt: RetroHunt) => void;
}

function requestOf(kind: RetroHunt["kind"], subject: Subject, form: FormState): RetroHuntRequest {
  const now = Date.now();
  const span = rangeMs(form.range) ?? 0;
  return {
    kind,
    ...subject,
    from: new Date(now - span).toISOString(),
    to: new Date(now).toISOString(),
    ...(form.query.trim() === "" ? {} : { query: form.query }),
    ...(kind === "retro-hunt" && form.raise ? { raise: true } : {}),
  };
}

interface FormState {
  readonly range: string;
  readonly query: string;
  readonly raise: boolean;
}

export function LaunchForm({ kind, subject, refusal, onLaunched }: LaunchFormProps) {
  const t = useText();
  const [form, setForm] = useState<FormState>({ range: DEFAULT_RANGE, query: "", raise: false });
  const launch = useLaunch(onLaunched);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    launch.mutate(requestOf(kind, subject, form));
  };
  return (
    <form className="stack" onSubmit={submit} data-testid="launch-form">
      <div className="row wrap launch-fields">
        <SelectField
          label={t("retro.range")}
          value={form.range}
          onChange={(event) => setForm({ ...form, range: event.target.value })}
          data-testid="launch-range"
        >
          {RANGES.map((range) => (
            <option key={range} value={range}>
              {t(`retro.range.${range}`)}
            </option>
          ))}
        </SelectField>
        <div className="grow">
          <TextField
            label={t("retro.narrow")}
            className="input mono"
            spellCheck={false}
            maxLength={4096}
            value={form.query}
            onChange={(event) => setForm({ ...form, query: event.target.value })}
          />
        </div>
      </div>
      {kind === "retro-hunt" && (
        <label className="row">
          <input
            type="checkbox"
            checked={form.raise}
            onChange={(event) => setForm({ ...form, raise: event.target.checked })}
          />
          {t("retro.raise")}
        </label>
      )}
      {launch.isError && <FaultView error={launch.error} />}
      <div className="row">
        <Button
          kind="primary"
          type="submit"
          icon="play"
          disabled={launch.isPending || refusal !== undefined}
          title={refusal}
          data-testid="launch"
        >
          {t(`retro.start.${kind}`)}
        </Button>
        {refusal !== undefined && <span className="quiet">{refusal}</span>}
      </div>
    </form>
  );
}
