import { TextField } from "../kit/field.tsx";
import { useText } from "../kit/i18n/text.tsx";

interface CodeFieldProps {
  /** A code from paper instead of one of the app. */
  readonly recovery?: boolean;
  readonly value: string;
  readonly onChange: (code: string) => void;
}

export function CodeField({ recovery = false, value, onChange }: CodeFieldProps) {
  const t = useText();
  const name = recovery ? "recovery" : "totp";
  return (
    <TextField
      // Another field, so that focus and what was typed do not carry over.
      key={name}
      label={t(`factor.code.${name}`)}
      hint={t(`factor.code.${name}.hint`)}
      name="code"
      autoComplete="one-time-code"
      inputMode={recovery ? "text" : "numeric"}
      autoCapitalize="none"
      spellCheck={false}
      maxLength={40}
      required
      autoFocus
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
