import type { Notebooks } from "../modules/hunts/index.ts";
import type { EvidencePorts } from "../modules/incidents/index.ts";
import { type Integrity, type Lake, proveEvent, type Retention } from "../modules/lake/index.ts";
import type { Audit } from "../platform/audit/index.ts";
import type { Records } from "../platform/db/index.ts";

interface Parts {
  readonly lake: Lake;
  readonly records: Records;
  readonly audit: Audit;
  readonly integrity: Integrity;
  readonly retention: Retention;
  readonly notebooks: Notebooks;
}

/** Where evidence comes from and what holds it. */
export function evidencePorts({ lake, records, audit, integrity, retention, notebooks }: Parts): EvidencePorts {
  return {
    event: (id) => lake.store.event(id),
    prove: (id) => proveEvent(id, { store: lake.store, records, audit, segmentDir: integrity.segmentDir }),
    notebook: async (id, who) => {
      const page = await notebooks.get(id, who);
      const entries = await notebooks.history(id, who);
      return { title: page.title, text: `${JSON.stringify({ format: "khien-notebook-1", page, entries }, null, 2)}\n` };
    },
    placeHold: async ({ name, reason, events }, asker) =>
      (await retention.placeHold({ name, reason, scope: { events: [...events] } }, asker)).id,
    releaseHold: (id, reason, asker) => retention.releaseHold(id, reason, asker),
  };
}
