import { type DragEvent, useRef, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { useText } from "../../../kit/i18n/text.tsx";

const ACCEPTED = ".zip,.tar.gz,.tgz,.yml,.yaml";

export function DropZone({ busy, onFile }: { busy: boolean; onFile: (file: File) => void }) {
  const t = useText();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file !== undefined && !busy) onFile(file);
  };
  return (
    // Dropping is an extra way to what the button does
    <section
      className={over ? "drop-zone over" : "drop-zone"}
      aria-busy={busy}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <p>{busy ? t("imports.working") : t("imports.drop")}</p>
      <p className="quiet small">{t("imports.kinds")}</p>
      <input
        ref={input}
        type="file"
        accept={ACCEPTED}
        className="visually-hidden"
        tabIndex={-1}
        aria-label={t("imports.choose")}
        data-testid="import-file"
        onChange={(event) => {
          const file = event.target.files?.[0];
          if (file !== undefined) onFile(file);
          event.target.value = "";
        }}
      />
      <Button icon="plus" disabled={busy} onClick={() => input.current?.click()} data-testid="import-choose">
        {t("imports.choose")}
      </Button>
      {busy && <progress aria-label={t("imports.working")} />}
    </section>
  );
}
