import { useMemo } from "react";
import type { Column } from "../../../kit/data-grid.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { When } from "../../../kit/when.tsx";
import type { ListedAsset } from "../../api/asset-types.ts";
import { CriticalityMark, LevelTag, Nis2Tag, StateTag } from "./marks.tsx";

export const BESIDE_PANEL: ReadonlySet<string> = new Set(["name", "criticality", "level"]);

function Name({ system }: { system: ListedAsset }) {
  return (
    <span className="asset-name">
      <span className="truncate">
        <SafeText text={system.name} />
      </span>
      {system.parentName !== null && (
        <span className="quiet small truncate">
          <SafeText text={system.parentName} />
        </span>
      )}
      <StateTag system={system} />
    </span>
  );
}

const text = (value: string | null) =>
  value === null ? (
    <span className="quiet">–</span>
  ) : (
    <span className="truncate">
      <SafeText text={value} />
    </span>
  );

export function useAssetColumns(): readonly Column<ListedAsset>[] {
  const t = useText();
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: "name",
        header: t("assets.field.name"),
        width: "minmax(240px, 3fr)",
        sort: "name",
        render: (system) => <Name system={system} />,
      },
      {
        id: "criticality",
        header: t("assets.field.criticality"),
        width: "116px",
        sort: "criticality",
        render: ({ criticality }) => <CriticalityMark of={criticality} />,
      },
      {
        id: "level",
        header: t("assets.field.vnLevel"),
        width: "116px",
        render: ({ vnLevel }) => <LevelTag level={vnLevel} />,
      },
      {
        id: "nis2",
        header: t("assets.field.nis2Class"),
        width: "116px",
        render: (row) => <Nis2Tag of={row.nis2Class} />,
      },
      { id: "owner", header: t("assets.field.owner"), width: "minmax(140px, 2fr)", render: ({ owner }) => text(owner) },
      { id: "zone", header: t("assets.field.zone"), width: "minmax(90px, 1fr)", render: ({ zone }) => text(zone) },
      {
        id: "identifiers",
        header: t("assets.field.identifiers"),
        width: "88px",
        numeric: true,
        render: ({ identifiers }) => format.number(identifiers),
      },
      {
        id: "updated",
        header: t("assets.updated"),
        width: "116px",
        sort: "updated",
        render: ({ updatedAt }) => <When at={updatedAt} />,
      },
    ],
    [t, format],
  );
}

export function NarrowAsset({ system }: { system: ListedAsset }) {
  const t = useText();
  return (
    <>
      <div>
        <span className="truncate grow">
          <SafeText text={system.name} />
        </span>
        <CriticalityMark of={system.criticality} />
      </div>
      <div className="small quiet">
        <span className="truncate grow">{system.owner === null ? "–" : <SafeText text={system.owner} />}</span>
        {system.vnLevel !== null && <span>{t("assets.level_n", { n: system.vnLevel })}</span>}
      </div>
    </>
  );
}
