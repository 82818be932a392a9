import { hasText, useText } from "../../../kit/i18n/text.tsx";

/** Why a message did not leave, in words where there are some. */
export function useCodeText(): (code: string | null) => string {
  const t = useText();
  return (code) => {
    if (code === null) return t("notice.code.none");
    const answered = /^notices\.hook\.answered_(\d{3})$/u.exec(code);
    if (answered !== null) return t("notice.code.answered", { status: answered[1] });
    return hasText(`fault.${code}`) ? t(`fault.${code}`) : code;
  };
}
