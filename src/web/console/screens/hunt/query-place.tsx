import { hasText, useText } from "../../../kit/i18n/text.tsx";
import { ApiFault } from "../../api/client.ts";
import { faultText } from "../../fault-view.tsx";

export interface QueryPlace {
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

/** Where the query is wrong, when the server said so. */
export function useQueryPlace(error: unknown): QueryPlace | undefined {
  const t = useText();
  if (!(error instanceof ApiFault)) return undefined;
  const { from, to, code } = error.params;
  if (typeof from !== "number" || typeof to !== "number") return undefined;
  const key = `fault.${typeof code === "string" ? code : error.code}`;
  return { from, to, message: hasText(key) ? t(key, error.params) : faultText(error, t) };
}

/** A mirror behind the text draws the wave under the wrong part; it holds the same text in the same type. */
export function Mirror({ text, place }: { text: string; place: QueryPlace }) {
  const to = Math.max(place.to, place.from + 1);
  return (
    <div className="query-mirror" aria-hidden="true">
      {text.slice(0, place.from)}
      <span className="query-wrong">{text.slice(place.from, to) || " "}</span>
      {text.slice(to)}
    </div>
  );
}
