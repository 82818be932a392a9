import { hasText, useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { SeverityMark } from "../../../kit/severity.tsx";
import type { Notice } from "../../api/notice-types.ts";

/** Kinds a newer server may know are shown by their code. */
export function useKindText(): (kind: string) => string {
  const t = useText();
  return (kind) => (hasText(`notice.kind.${kind}`) ? t(`notice.kind.${kind}`) : kind);
}

export function UrgencyMark({ urgency }: { urgency: Notice["urgency"] }) {
  return urgency === "normal" ? null : <SeverityMark level={urgency} />;
}

export function NoticeAbout({ notice }: { notice: Notice }) {
  const t = useText();
  return (
    <>
      {notice.exerciseId !== null && <span className="tag exercise">{t("exercise.mark")}</span>}
      {notice.tlp !== null && (
        <span className="tag" translate="no">
          {`TLP:${notice.tlp}`}
        </span>
      )}
      <span className="truncate">
        <SafeText text={notice.object.title} />
      </span>
      {notice.times > 1 && <span className="quiet num">× {notice.times}</span>}
    </>
  );
}
