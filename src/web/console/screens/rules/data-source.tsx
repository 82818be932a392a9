import { useText } from "../../../kit/i18n/text.tsx";
import { Icon } from "../../../kit/icon.tsx";

export type DataSource = "live" | "quiet" | "none";
export const DATA_SOURCES = ["live", "quiet", "none"] as const;
const ICONS = { live: "check", quiet: "minus", none: "close" } as const;

/** Does anything feed this rule? Word and mark, never colour alone. */
export function DataSourceMark({ state, label }: { state: DataSource; label?: string }) {
  const t = useText();
  return (
    <span className={`data-source ${state}`}>
      <Icon name={ICONS[state]} />
      {label ?? t(`data_source.${state}`)}
    </span>
  );
}
