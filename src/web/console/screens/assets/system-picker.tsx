import { useDeferredValue, useState } from "react";
import { IconButton } from "../../../kit/button.tsx";
import { TextField } from "../../../kit/field.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { useAssetMatches } from "./use-assets.ts";

export interface Picked {
  readonly id: string;
  readonly name: string;
}

interface PickerProps {
  readonly label: string;
  readonly hint?: string;
  readonly value: Picked | undefined;
  /** Never offered: the system itself. */
  readonly except?: string | undefined;
  readonly onChange: (system: Picked | undefined) => void;
}

/** One system out of thousands: typed, found, chosen. */
export function SystemPicker({ label, hint, value, except, onChange }: PickerProps) {
  const t = useText();
  const [text, setText] = useState("");
  const matches = useAssetMatches(useDeferredValue(text));
  const found = (matches.data?.items ?? []).filter(({ id }) => id !== except);
  if (value !== undefined) {
    return (
      <div className="field" data-testid="system-picked">
        <span className="picker-label">{label}</span>
        <div className="row">
          <strong className="truncate">
            <SafeText text={value.name} />
          </strong>
          <IconButton
            icon="close"
            label={t("assets.pick_other")}
            onClick={() => {
              setText("");
              onChange(undefined);
            }}
          />
        </div>
      </div>
    );
  }
  return (
    <div className="system-picker">
      <TextField
        label={label}
        hint={hint}
        type="search"
        value={text}
        autoComplete="off"
        onChange={(event) => setText(event.target.value)}
        data-testid="system-picker"
      />
      {text.trim() !== "" && matches.isSuccess && (
        <ul className="picker-found">
          {found.map(({ id, name, owner }) => (
            <li key={id}>
              <button type="button" onClick={() => onChange({ id, name })} data-testid="system-pick">
                <SafeText text={name} />
                {owner !== null && (
                  <span className="quiet small">
                    {" "}
                    <SafeText text={owner} />
                  </span>
                )}
              </button>
            </li>
          ))}
          {found.length === 0 && <li className="quiet">{t("assets.pick_none")}</li>}
        </ul>
      )}
    </div>
  );
}
