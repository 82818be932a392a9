import { createHash, randomUUID } from "node:crypto";
import { Fault } from "../../kernel/index.ts";
import { actorOf, type Audit } from "../../platform/audit/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import type { Records } from "../../platform/db/index.ts";
import type { Principal } from "../../platform/http/index.ts";
import type { LakeStore, PipelineResponse, StoredEvent } from "../lake/index.ts";
import {
  type CellContent,
  cellsAfter,
  type FrozenResult,
  type NotebookCell,
  type NotebookChange,
  problemOf,
} from "./core/notebook.ts";
import { MAX_CELLS, MAX_ENTRIES, MAX_FROZEN_CHARACTERS, MAX_FROZEN_ROWS, MAX_NOTEBOOKS } from "./limits.ts";
import type { Asker } from "./saved.ts";
import {
  appendEntry,
  changeOf,
  countNotebooks,
  entriesOf,
  findNotebook,
  type Notebook,
  type NotebookEntry,
  notebooksSeenBy,
  putNotebook,
} from "./store/notebooks.ts";

export interface NotebookPage extends Notebook {
  readonly cells: readonly NotebookCell[];
  /** Number and hash of the last entry: the hash seals everything before it. */
  readonly entries: number;
  readonly head: string;
}

export interface FreezeAsk {
  readonly query: string;
  readonly from: number;
  readonly to: number;
  readonly after: string | null;
}

interface Deps {
  readonly records: Records;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly store: Pick<LakeStore, "pipeline" | "count">;
}

/** Hunt pages: text, queries and frozen results, with everything that was ever written in them. */
export class Notebooks {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async list(who: Principal): Promise<readonly Notebook[]> {
    return await notebooksSeenBy(this.#deps.records.query, who.id);
  }

  async get(id: string, who: Principal, upTo?: number): Promise<NotebookPage> {
    const notebook = await this.#seen(id, who);
    const entries = await entriesOf(this.#deps.records.query, id);
    return pageOf(notebook, upTo === undefined ? entries : entries.filter(({ seq }) => seq <= upTo));
  }

  async history(id: string, who: Principal): Promise<readonly NotebookEntry[]> {
    await this.#seen(id, who);
    return await entriesOf(this.#deps.records.query, id);
  }

  /** Recomputes every hash: the number of the first entry that does not fit, or null. */
  async verify(id: string, who: Principal): Promise<{ readonly entries: number; readonly brokenAt: number | null }> {
    const entries = await this.history(id, who);
    let previous = id;
    for (const [index, entry] of entries.entries()) {
      if (entry.seq !== index + 1 || entry.hash !== sealOf(previous, entry)) {
        return { entries: entries.length, brokenAt: index + 1 };
      }
      previous = entry.hash;
    }
    return { entries: entries.length, brokenAt: null };
  }

  async create(content: { readonly title: string; readonly shared: boolean }, by: Asker): Promise<NotebookPage> {
    const { records, clock } = this.#deps;
    if ((await countNotebooks(records.query)) >= MAX_NOTEBOOKS) {
      throw new Fault("too_large", "hunts.notebook.too_many", "too many notebooks", { limit: MAX_NOTEBOOKS });
    }
    const now = clock.now();
    const owner = { id: by.who.id, name: by.who.name };
    const notebook: Notebook = { ...content, id: randomUUID(), owner, archived: false, createdAt: now, updatedAt: now };
    await this.#put(notebook, "hunts.notebook.created", by);
    return pageOf(notebook, []);
  }

  async settings(
    id: string,
    change: {
      readonly title?: string | undefined;
      readonly shared?: boolean | undefined;
      readonly archived?: boolean | undefined;
    },
    by: Asker,
  ): Promise<NotebookPage> {
    const notebook = await this.#own(id, by.who);
    const { title = notebook.title, shared = notebook.shared, archived = notebook.archived } = change;
    const next = { ...notebook, title, shared, archived, updatedAt: this.#deps.clock.now() };
    if (title !== notebook.title) await this.#append(notebook, [{ op: "title", title }], by);
    await this.#put(next, "hunts.notebook.changed", by);
    return await this.get(id, by.who);
  }

  /** `expected`: the entry the writer saw last, so that two people do not write over each other. */
  async change(
    id: string,
    ask: { readonly expected: number; readonly changes: readonly NotebookChange[] },
    by: Asker,
  ): Promise<NotebookPage> {
    const notebook = await this.#own(id, by.who);
    await this.#append(notebook, ask.changes, by, ask.expected);
    return await this.get(id, by.who);
  }

  /** Runs a query now and keeps what it gave, with its own hash, as a cell that cannot be edited. */
  async freeze(id: string, ask: FreezeAsk, by: Asker & { readonly signal: AbortSignal }): Promise<NotebookPage> {
    const notebook = await this.#own(id, by.who);
    const { store, clock } = this.#deps;
    const now = clock.now();
    const { query, from, to } = ask;
    const asked = { query, from, to, now, signal: by.signal };
    const answer = await store.pipeline({ ...asked, limit: MAX_FROZEN_ROWS });
    const { count } = await store.count(asked);
    const result = frozen(answer, { query, at: new Date(now).toISOString(), total: count });
    const content: CellContent = { kind: "result", result };
    if (JSON.stringify(content).length > MAX_FROZEN_CHARACTERS) {
      const limit = { limit: MAX_FROZEN_CHARACTERS };
      throw new Fault(
        "too_large",
        "hunts.notebook.result_too_large",
        "the result is too large: ask for fewer columns",
        limit,
      );
    }
    await this.#append(notebook, [{ op: "add", cell: randomUUID(), after: ask.after, content }], by);
    return await this.get(id, by.who);
  }

  async #append(notebook: Notebook, changes: readonly NotebookChange[], by: Asker, expected?: number): Promise<void> {
    const { records, audit, clock } = this.#deps;
    const now = clock.now();
    await records.transaction(async (tx) => {
      const entries = [...(await entriesOf(tx, notebook.id))];
      if (expected !== undefined && expected !== entries.length) {
        throw new Fault("conflict", "hunts.notebook.changed_meanwhile", "somebody else wrote here", {
          entries: entries.length,
        });
      }
      for (const change of changes) {
        refuse(entries, change);
        const seq = entries.length + 1;
        const unsealed = { seq, at: now, by: { id: by.who.id, name: by.who.name }, change: JSON.stringify(change) };
        const entry = { ...unsealed, hash: sealOf(entries.at(-1)?.hash ?? notebook.id, unsealed) };
        await appendEntry(tx, notebook.id, entry);
        entries.push(entry);
      }
      await putNotebook(tx, { ...notebook, updatedAt: now });
      const head = entries.at(-1)?.hash ?? "";
      const details = { entries: entries.length, head };
      const object = { kind: "notebook", id: notebook.id };
      // The head in the audit log: the history cannot be written anew without it being seen there.
      await audit.record(
        { actor: actorOf(by.who), peer: by.peer, verb: "hunts.notebook.written", object, details },
        tx,
      );
    });
  }

  async #put(notebook: Notebook, verb: string, { who, peer }: Asker): Promise<void> {
    const { records, audit } = this.#deps;
    const { id, title, shared, archived } = notebook;
    await records.transaction(async (tx) => {
      await putNotebook(tx, notebook);
      const details = { title, shared, archived };
      await audit.record({ actor: actorOf(who), peer, verb, object: { kind: "notebook", id }, details }, tx);
    });
  }

  async #seen(id: string, who: Principal): Promise<Notebook> {
    const notebook = await findNotebook(this.#deps.records.query, id);
    if (notebook !== undefined && (notebook.shared || notebook.owner.id === who.id)) return notebook;
    throw new Fault("missing", "hunts.notebook.missing", "no such notebook", { id });
  }

  async #own(id: string, who: Principal): Promise<Notebook> {
    const notebook = await this.#seen(id, who);
    if (notebook.owner.id === who.id) return notebook;
    throw new Fault("forbidden", "hunts.notebook.not_yours", "only its owner writes in a notebook", { id });
  }
}

function refuse(entries: readonly NotebookEntry[], change: NotebookChange): void {
  if (entries.length >= MAX_ENTRIES) {
    throw new Fault("too_large", "hunts.notebook.full", "the notebook is full", { limit: MAX_ENTRIES });
  }
  const cells = cellsAfter(entries.map((entry) => ({ seq: entry.seq, change: changeOf(entry) })));
  const problem = problemOf(cells, change, MAX_CELLS);
  if (problem !== undefined) {
    throw new Fault("conflict", `hunts.notebook.${problem}`, "the change does not fit the notebook", { op: change.op });
  }
}

function sealOf(previous: string, { seq, at, by, change }: Omit<NotebookEntry, "hash">): string {
  return createHash("sha256")
    .update(JSON.stringify([previous, seq, at, by.id, by.name, change]))
    .digest("hex");
}

function pageOf(notebook: Notebook, entries: readonly NotebookEntry[]): NotebookPage {
  const cells = cellsAfter(entries.map((entry) => ({ seq: entry.seq, change: changeOf(entry) })));
  return { ...notebook, cells, entries: entries.length, head: entries.at(-1)?.hash ?? notebook.id };
}

const EVENT_COLUMNS = ["time", "host", "user", "id", "raw"] as const;

function frozen(
  answer: PipelineResponse,
  asked: { readonly query: string; readonly at: string; readonly total: number },
): FrozenResult {
  const { from, to, truncated } = answer;
  const table =
    answer.kind === "table"
      ? { columns: answer.columns, rows: answer.rows, eventIds: [] }
      : {
          columns: EVENT_COLUMNS.map((name) => ({
            name,
            type: name === "time" ? ("time" as const) : ("text" as const),
          })),
          rows: answer.events.map(eventRow),
          eventIds: answer.events.map(({ id }) => id),
        };
  const { query, at, total } = asked;
  const { columns, rows, eventIds } = table;
  const content = { query, from, to, at, columns, rows, eventIds, total, truncated };
  return { ...content, hash: createHash("sha256").update(JSON.stringify(content)).digest("hex") };
}

function eventRow(event: StoredEvent): (string | null)[] {
  return [event.time, event.host ?? null, event.entities.user ?? null, event.id, event.raw.slice(0, 2_000)];
}
