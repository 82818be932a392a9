import { useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import type { SeenItem } from "../../api/asset-types.ts";

const MAX_NAMED = 12;

export function ChosenItems({ items }: { items: readonly SeenItem[] }) {
  const t = useText();
  return (
    <ul className="identifier-list">
      {items.slice(0, MAX_NAMED).map(({ kind, value }) => (
        <li key={`${kind} ${value}`}>
          <RawText text={value} />
        </li>
      ))}
      {items.length > MAX_NAMED && <li className="quiet">{t("assets.and_more", { n: items.length - MAX_NAMED })}</li>}
    </ul>
  );
}
