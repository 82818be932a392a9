import { useState } from "react";
import { Button, IconButton } from "./button.tsx";
import { useText } from "./i18n/text.tsx";

/** `navigator.clipboard` exists only in secure contexts; a console reached over plain HTTP in a closed network has none. */
export async function copyText(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "visually-hidden";
  (document.querySelector("dialog[open]") ?? document.body).append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

interface CopyButtonProps {
  readonly text: string;
  readonly label?: string;
  readonly iconOnly?: boolean;
}

export function CopyButton({ text, label, iconOnly = false }: CopyButtonProps) {
  const t = useText();
  const [copied, setCopied] = useState(false);
  const copy = () => {
    void copyText(text).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), 2000);
    });
  };
  const name = copied ? t("action.copied") : (label ?? t("action.copy"));
  if (iconOnly) return <IconButton icon={copied ? "check" : "copy"} label={name} onClick={copy} />;
  return (
    <Button icon={copied ? "check" : "copy"} onClick={copy}>
      <span aria-live="polite">{name}</span>
    </Button>
  );
}
