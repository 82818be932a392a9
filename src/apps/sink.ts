import type { Sink } from "../modules/ingest/index.ts";
import type { Journal } from "../modules/lake/index.ts";

/** Records are accepted exactly when the journal has them on disk. */
export function journalSink(journal: Journal): Sink {
  return async (records) => {
    await journal.append(records);
  };
}
