/** Putting a suggestion into a query: what is written for it, and where the cursor goes. */
import type { Suggestion, SuggestResponse } from "../../api/hunt-types.ts";

export interface Edited {
  readonly text: string;
  readonly cursor: number;
}

/** Conditions (`field:value`) stand before the first bar, after `where`, and in square brackets; elsewhere names alone. */
function takesConditions(head: string): boolean {
  let quoted = false;
  let brackets = 0;
  let command = -1;
  for (let at = 0; at < head.length; at += 1) {
    const sign = head[at];
    if (sign === '"') quoted = !quoted;
    if (quoted) continue;
    if (sign === "[") brackets += 1;
    else if (sign === "]") brackets -= 1;
    else if (sign === "|" && brackets <= 0) command = at + 1;
  }
  return command < 0 || brackets > 0 || /^\s*where\s/iu.test(head.slice(command));
}

function writtenFor({ kind, text }: Suggestion, conditions: boolean): string {
  switch (kind) {
    case "field":
      return conditions ? `${text}:` : text;
    case "function":
      return text === "count" ? "count()" : `${text}(`;
    default:
      return `${text} `;
  }
}

/** `place` is the part of the text the suggestion replaces. */
export function completed(
  text: string,
  item: Suggestion,
  place: { readonly from: number; readonly to: number },
): Edited {
  const head = text.slice(0, place.from);
  const tail = text.slice(place.to);
  const written = writtenFor(item, takesConditions(head));
  const last = written.at(-1) ?? "";
  // What follows already is not written twice
  const isThere = (last === " " || last === ":" || last === "(") && tail.startsWith(last);
  const own = isThere ? written.slice(0, -1) : written;
  return { text: head + own + tail, cursor: head.length + written.length };
}

const ENDS_WORD = /[\s()|,[\]:"]/u;

/** Suggestions asked for a moment ago still fit while only their own word has grown. */
export function stillFits(
  told: Pick<SuggestResponse, "from"> & { readonly text: string },
  now: { readonly text: string; readonly cursor: number },
): boolean {
  return (
    now.cursor >= told.from &&
    now.text.slice(0, told.from) === told.text.slice(0, told.from) &&
    !ENDS_WORD.test(now.text.slice(told.from, now.cursor))
  );
}
