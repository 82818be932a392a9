import { useText } from "../../../kit/i18n/text.tsx";
import { SeverityMark } from "../../../kit/severity.tsx";
import type { Criticality, ListedAsset } from "../../api/asset-types.ts";

export function CriticalityMark({ of }: { of: Criticality }) {
  const t = useText();
  return <SeverityMark level={of} label={t(`assets.criticality.${of}`)} />;
}

export function LevelTag({ level }: { level: string | null }) {
  const t = useText();
  if (level === null) return <span className="quiet">{t("assets.unassessed")}</span>;
  return <span className="tag level">{t("assets.level_n", { n: level })}</span>;
}

export function Nis2Tag({ of }: { of: string | null }) {
  const t = useText();
  if (of === null) return <span className="quiet">{t("assets.unassessed")}</span>;
  return <span className={of === "essential" ? "tag strong" : "tag level"}>{t(`assets.nis2.${of}`)}</span>;
}

export function StateTag({ system }: { system: Pick<ListedAsset, "state"> }) {
  const t = useText();
  return system.state === "active" ? null : <span className="tag">{t(`assets.state.${system.state}`)}</span>;
}
