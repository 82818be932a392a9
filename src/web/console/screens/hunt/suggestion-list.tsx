import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import type { Suggestion } from "../../api/hunt-types.ts";

/** Something the box offers: to complete what is being written, or to run again. */
export type Offer =
  | { readonly kind: "item"; readonly item: Suggestion }
  | { readonly kind: "recent"; readonly query: string };

export const optionId = (list: string, index: number) => `${list}-${index}`;

function ItemDetail({ item }: { item: Suggestion }) {
  const t = useText();
  const format = useFormat();
  if (item.usage !== undefined) return <span className="quiet small mono truncate">{item.usage}</span>;
  return (
    <span className="quiet small num">
      {item.type !== undefined && t(`hunt.type.${item.type}`)}
      {item.type !== undefined && item.share !== undefined && item.share > 0 && " · "}
      {item.share !== undefined && item.share > 0 && format.percent(item.share)}
    </span>
  );
}

interface SuggestionListProps {
  readonly id: string;
  readonly offers: readonly Offer[];
  readonly active: number;
  /** Where the part begins that would be replaced, from the left edge of the box. */
  readonly left: number;
  readonly onAccept: (offer: Offer) => void;
  readonly onForget: () => void;
}

export function SuggestionList({ id, offers, active, left, onAccept, onForget }: SuggestionListProps) {
  const t = useText();
  const isRecent = offers[0]?.kind === "recent";
  return (
    <div className="suggest" style={{ left }} data-testid="suggest">
      <ul id={id} role="listbox" aria-label={t(isRecent ? "hunt.recent" : "hunt.suggest")}>
        {offers.map((offer, index) => (
          // Accepted as the button goes down: the text box keeps the focus, and handles the keys
          <li
            key={offer.kind === "item" ? `${offer.item.kind} ${offer.item.text}` : offer.query}
            id={optionId(id, index)}
            role="option"
            aria-selected={index === active}
            data-testid="suggest-option"
            onMouseDown={(event) => {
              event.preventDefault();
              if (event.button === 0) onAccept(offer);
            }}
          >
            <span className="truncate grow">
              <RawText text={offer.kind === "item" ? offer.item.text : offer.query} />
            </span>
            {offer.kind === "item" && <ItemDetail item={offer.item} />}
          </li>
        ))}
      </ul>
      {isRecent && (
        <div className="suggest-foot">
          <button
            type="button"
            className="text-button"
            onMouseDown={(event) => event.preventDefault()}
            onClick={onForget}
          >
            {t("hunt.recent.forget")}
          </button>
        </div>
      )}
    </div>
  );
}
