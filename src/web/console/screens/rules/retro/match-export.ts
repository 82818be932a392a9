import { api } from "../../../api/client.ts";
import type { RetroHunt, RetroMatch, RetroMatchPage } from "../../../api/rule-types.ts";
import { csvOf } from "../../../csv.ts";
import { saveText } from "../../../download.ts";

const PAGE = 500;
/** Above what the server keeps of one search. */
const MAX_PAGES = 200;
const COLUMNS = [
  "time",
  "host",
  "user",
  "process",
  "commandLine",
  "srcIp",
  "dstIp",
  "sensor",
  "events",
  "eventId",
  "findingId",
] as const satisfies readonly (keyof RetroMatch)[];

async function allMatches(id: string): Promise<RetroMatch[]> {
  const matches: RetroMatch[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { items, nextCursor } = await api.get<RetroMatchPage>(`/retro-hunts/${encodeURIComponent(id)}/matches`, {
      cursor,
      limit: PAGE,
    });
    matches.push(...items);
    if (nextCursor === null) break;
    cursor = nextCursor;
  }
  return matches;
}

/** Every match that is kept, as a file. */
export async function exportMatches(hunt: RetroHunt, format: "csv" | "ndjson"): Promise<void> {
  const matches = await allMatches(hunt.id);
  const text =
    format === "csv"
      ? csvOf([COLUMNS, ...matches.map((match) => COLUMNS.map((key) => match[key] ?? ""))])
      : matches.map((match) => `${JSON.stringify(match)}\n`).join("");
  saveText(`${hunt.kind}-${hunt.id}.${format}`, text);
}
