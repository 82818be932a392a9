import {
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from "react";

interface FieldShape {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
}

function Frame({ label, hint, error, id, children }: FieldShape & { id: string; children: ReactNode }) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children}
      {error !== undefined && (
        <span className="error" id={`${id}-error`} role="alert">
          {error}
        </span>
      )}
      {hint !== undefined && (
        <span className="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
    </div>
  );
}

function described(id: string, { hint, error }: { hint?: string | undefined; error?: string | undefined }) {
  const ids = [error === undefined ? "" : `${id}-error`, hint === undefined ? "" : `${id}-hint`].filter(Boolean);
  return ids.length === 0 ? undefined : ids.join(" ");
}

export function TextField({ label, hint, error, ...rest }: FieldShape & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId();
  return (
    <Frame label={label} hint={hint} error={error} id={id}>
      <input
        id={id}
        className="input"
        aria-invalid={error !== undefined}
        aria-describedby={described(id, { hint, error })}
        {...rest}
      />
    </Frame>
  );
}

export function SelectField({
  label,
  hint,
  error,
  children,
  ...rest
}: FieldShape & SelectHTMLAttributes<HTMLSelectElement>) {
  const id = useId();
  return (
    <Frame label={label} hint={hint} error={error} id={id}>
      <select id={id} className="input" aria-describedby={described(id, { hint, error })} {...rest}>
        {children}
      </select>
    </Frame>
  );
}

export function TextArea({ label, hint, error, ...rest }: FieldShape & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  const id = useId();
  return (
    <Frame label={label} hint={hint} error={error} id={id}>
      <textarea
        id={id}
        className="input"
        aria-invalid={error !== undefined}
        aria-describedby={described(id, { hint, error })}
        {...rest}
      />
    </Frame>
  );
}
