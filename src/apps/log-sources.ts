/**
 * What detection knows of this place's log sources: the maps of content, and what the parsers really make. The two
 * modules do not know each other; nobody has to list by hand what a definition says already.
 */
import { loadLogSources } from "../modules/detection/index.ts";
import { parsedSources } from "../modules/ingest/index.ts";
import { LOG_SOURCES_DIR } from "./places.ts";

export async function loadFedLogSources(placeholdersFile?: string): ReturnType<typeof loadLogSources> {
  const { map, problems } = await loadLogSources(LOG_SOURCES_DIR, placeholdersFile);
  return { map: { ...map, fed: [...map.fed, ...parsedSources()] }, problems };
}
