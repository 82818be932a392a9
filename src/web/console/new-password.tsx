import { TextField } from "../kit/field.tsx";
import { useText } from "../kit/i18n/text.tsx";

/** As the server asks for; it judges the rest. */
const LEAST_CHARACTERS = 12;

export function isTooShort(password: string): boolean {
  return password !== "" && password.length < LEAST_CHARACTERS;
}

interface NewPasswordProps {
  readonly label: string;
  readonly hint: string;
  readonly name: string;
  readonly value: string;
  readonly required?: boolean;
  readonly onChange: (password: string) => void;
}

/** A password that is being chosen. */
export function NewPassword({ label, hint, name, value, required = false, onChange }: NewPasswordProps) {
  const t = useText();
  return (
    <TextField
      label={label}
      hint={hint}
      error={isTooShort(value) ? t("user.password.short", { n: LEAST_CHARACTERS }) : undefined}
      name={name}
      type="password"
      autoComplete="new-password"
      required={required}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  );
}
