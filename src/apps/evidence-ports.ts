import type { Notebooks } from "../modules/hunts/index.ts";
import type { EvidencePorts, HoldPorts } from "../modules/incidents/index.ts";
import { type Integrity, type Lake, proveEvent, RELEASE_HOLD, type Retention } from "../modules/lake/index.ts";
import type { Audit } from "../platform/audit/index.ts";
import type { Records } from "../platform/db/index.ts";

interface Parts {
  readonly lake: Lake;
  readonly records: Records;
  readonly audit: Audit;
  readonly integrity: Integrity;
  readonly notebooks: Notebooks;
}

/** Where evidence comes from. */
export function evidencePorts({ lake, records, audit, integrity, notebooks }: Parts): EvidencePorts {
  return {
    event: (id) => lake.store.event(id),
    prove: (id) => proveEvent(id, { store: lake.store, records, audit, segmentDir: integrity.segmentDir }),
    notebook: async (id, who) => {
      const page = await notebooks.get(id, who);
      const entries = await notebooks.history(id, who);
      return { title: page.title, text: `${JSON.stringify({ format: "khien-notebook-1", page, entries }, null, 2)}\n` };
    },
  };
}

/** What keeps the events that cases name. */
export function holdPorts(retention: Retention): HoldPorts {
  return {
    releaseKind: RELEASE_HOLD,
    place: async ({ name, reason, events }, asker) =>
      (await retention.placeHold({ name, reason, scope: { events: [...events] } }, asker)).id,
    release: (tx, { id, reason }, asker) => retention.releaseHold(id, reason, asker, tx),
  };
}
