import { useMemo } from "react";
import type { Column } from "../../../kit/data-grid.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { RawText, SafeText } from "../../../kit/raw-text.tsx";
import { When } from "../../../kit/when.tsx";
import type { SeenItem } from "../../api/asset-types.ts";

export function useSeenColumns(isAddress: boolean): readonly Column<SeenItem>[] {
  const t = useText();
  const format = useFormat();
  return useMemo(
    () => [
      {
        id: "value",
        header: t(isAddress ? "assets.kind.address" : "assets.kind.host"),
        width: "minmax(200px, 2fr)",
        render: ({ value }) => (
          <span className="truncate">
            <RawText text={value} />
          </span>
        ),
      },
      {
        id: "events",
        header: t("assets.seen.events"),
        width: "104px",
        numeric: true,
        render: ({ events }) => format.number(events),
      },
      {
        id: "first",
        header: t("assets.seen.first"),
        width: "120px",
        render: ({ firstSeen }) => <When at={firstSeen} />,
      },
      { id: "last", header: t("assets.seen.last"), width: "120px", render: ({ lastSeen }) => <When at={lastSeen} /> },
      {
        id: "sensors",
        header: t("assets.seen.sensors"),
        width: "minmax(160px, 2fr)",
        render: ({ sensors }) => (
          <span className="truncate">
            <SafeText text={sensors.join(", ")} />
          </span>
        ),
      },
    ],
    [t, format, isAddress],
  );
}

export function NarrowSeen({ item }: { item: SeenItem }) {
  const t = useText();
  return (
    <>
      <div>
        <span className="truncate grow">
          <RawText text={item.value} />
        </span>
        <When at={item.lastSeen} />
      </div>
      <div className="small quiet">
        <span className="truncate grow">
          <SafeText text={item.sensors.join(", ")} />
        </span>
        <span className="num">{t("assets.seen.events_n", { n: item.events })}</span>
      </div>
    </>
  );
}
