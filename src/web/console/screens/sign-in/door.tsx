import type { ReactNode } from "react";
import { Button } from "../../../kit/button.tsx";
import { activateLanguage, useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { rememberLanguage } from "../../preferences.ts";

interface DoorProps {
  readonly title: string;
  readonly version: string | undefined;
  readonly children: ReactNode;
}

/** What stands before sign-in: one column, one task, both languages. */
export function Door({ title, version, children }: DoorProps) {
  const t = useText();
  const language = useLanguage();
  const other = language === "vi" ? "en" : "vi";
  const change = () => {
    rememberLanguage(other);
    void activateLanguage(other);
  };
  return (
    <main className="door">
      <div className="door-card">
        <h1>
          <img src="/mark.svg" alt="" width="28" height="28" />
          {title}
        </h1>
        {children}
      </div>
      <div className="door-foot">
        <span className="quiet small">{version === undefined ? "" : t("frame.version", { version })}</span>
        <Button kind="plain" onClick={change} data-testid="language-switch">
          {t("frame.other_language")}
        </Button>
      </div>
    </main>
  );
}
