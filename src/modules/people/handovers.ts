import { createHash, randomUUID } from "node:crypto";
import { Fault, type Instant } from "../../kernel/index.ts";
import { actorOf, type Audit } from "../../platform/audit/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import type { Records } from "../../platform/db/index.ts";
import type { LiveChannel } from "../../platform/live/index.ts";
import type { Outbox } from "../../platform/outbox/index.ts";
import type { ShiftCalendar } from "./calendar.ts";
import { sealStart } from "./core/check-code.ts";
import { type HandoverContent, type HandoverFigures, sealedNote, sealedReceipt } from "./core/handover.ts";
import { MAX_HANDOVERS_SHOWN } from "./limits.ts";
import type { Asker, Roster } from "./roster.ts";
import {
  findHandover,
  type Handover,
  handoverSealed,
  handovers,
  lastHandover,
  putHandover,
  putReceipt,
  sealBefore,
} from "./store/handovers.ts";

/** Topic of the outbox: a note was signed by the leaving person, or received. */
export const HANDOVER_SIGNED = "people.handover.signed";

/** What the program knows of the moment: of the queue, cases, clocks and sensors. `leaving`: an account. */
export type FiguresNow = (leaving: string) => Promise<Omit<HandoverFigures, "at">>;

interface Deps {
  readonly records: Records;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly live: LiveChannel;
  readonly outbox: Outbox;
  readonly roster: Roster;
  readonly calendar: ShiftCalendar;
  readonly figures: FiguresNow;
}

type Signer = Asker & { readonly name: string };

/**
 * Hand-over notes. Text and figures are frozen when the leaving person signs; the arriving person signs the very same.
 * Each note is sealed with the one before it, and the seals are in the audit log.
 */
export class Handovers {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async list(): Promise<readonly Handover[]> {
    return handovers(this.#deps.records.query, MAX_HANDOVERS_SHOWN);
  }

  async get(id: string): Promise<Handover> {
    const found = await findHandover(this.#deps.records.query, id);
    if (found === undefined) throw new Fault("missing", "people.handover.missing", "no such note", { id });
    return found;
  }

  /** With the seal it follows. */
  async sealed(id: string): Promise<{ note: Handover; previous: string }> {
    const note = await this.get(id);
    return { note, previous: await sealBefore(this.#deps.records.query, note.seq) };
  }

  /** By the code of a paper. Fault people.handover.code_unknown. */
  async check(code: string): Promise<{ note: Handover; printed: "signed" | "received"; intact: boolean }> {
    const { query } = this.#deps.records;
    const start = sealStart(code);
    const note = start === undefined ? undefined : await handoverSealed(query, start);
    if (start === undefined || note === undefined)
      throw new Fault("missing", "people.handover.code_unknown", "no note of this installation has this code");
    const { receipt, seal } = note;
    const previous = await sealBefore(query, note.seq);
    const isReceiptWhole = receipt === null || sha256(sealedReceipt({ ...receipt, note: seal })) === receipt.seal;
    return {
      note,
      printed: seal.startsWith(start) ? "signed" : "received",
      intact: sha256(sealedNote({ ...note, previous })) === seal && isReceiptWhole,
    };
  }

  /** What a note signed now would hold. */
  async draft(leaving: string): Promise<Omit<HandoverContent, "text">> {
    const at = this.#deps.clock.now();
    const figures = { at, ...(await this.#deps.figures(leaving)) };
    return { figures, shift: await this.#shiftOf(leaving, at) };
  }

  async sign(text: string, by: Signer): Promise<Handover> {
    const { records, audit, clock, outbox, live } = this.#deps;
    const content: HandoverContent = { text, ...(await this.draft(by.who.id)) };
    const people = await this.#arriving(by.who.id);
    const note = await records.transaction(async (tx) => {
      const last = await lastHandover(tx);
      const seq = (last?.seq ?? 0) + 1;
      const unsealed = { seq, id: randomUUID(), at: clock.now(), by: { id: by.who.id, name: by.name }, content };
      const seal = sha256(sealedNote({ ...unsealed, previous: last?.seal ?? "" }));
      await putHandover(tx, { ...unsealed, seal });
      const object = { kind: "handover", id: unsealed.id };
      const details = { number: seq, seal };
      await audit.record(
        { actor: actorOf(by.who), peer: by.peer, verb: "people.handover.signed", object, details },
        tx,
      );
      const news = { people, by: unsealed.by, object: { ...object, title: String(seq) } };
      await outbox.publish(tx, { topic: HANDOVER_SIGNED, payload: news });
      return { ...unsealed, seal, receipt: null };
    });
    await outbox.wake();
    live.publish({ event: "people", data: {} });
    return note;
  }

  /** By somebody else than who left; once. */
  async receive(id: string, remark: string, by: Signer): Promise<Handover> {
    const { records, audit, clock, live } = this.#deps;
    const note = await records.transaction(async (tx) => {
      const found = await findHandover(tx, id);
      if (found === undefined) throw new Fault("missing", "people.handover.missing", "no such note", { id });
      if (found.by.id === by.who.id) {
        throw new Fault("forbidden", "people.handover.own", "who leaves cannot receive their own note");
      }
      if (found.receipt !== null) {
        throw new Fault("conflict", "people.handover.received", "the note was received", { by: found.receipt.by.name });
      }
      const unsealed = { at: clock.now(), by: { id: by.who.id, name: by.name }, remark };
      const receipt = { ...unsealed, seal: sha256(sealedReceipt({ ...unsealed, note: found.seal })) };
      await putReceipt(tx, id, receipt);
      const object = { kind: "handover", id };
      const details = { number: found.seq, note: found.seal, seal: receipt.seal };
      await audit.record(
        { actor: actorOf(by.who), peer: by.peer, verb: "people.handover.received", object, details },
        tx,
      );
      return { ...found, receipt };
    });
    live.publish({ event: "people", data: {} });
    return note;
  }

  async #shiftOf(leaving: string, at: Instant): Promise<HandoverContent["shift"]> {
    const { roster, calendar } = this.#deps;
    const person = [...(await roster.byId()).values()].find(({ userId }) => userId === leaving);
    const { now } = await calendar.dutyAt(at);
    const duty = now.find(({ kind, people }) => kind === "shift" && people.some(({ id }) => id === person?.id));
    if (duty === undefined) return null;
    const rota = (await calendar.rotas()).find(({ rota: { id } }) => id === duty.rotaId)?.rota.name ?? "";
    return { rota, name: duty.name, begins: duty.begins, ends: duty.ends };
  }

  /** Accounts of the shift that begins next. */
  async #arriving(leaving: string): Promise<readonly string[]> {
    const { roster, calendar, clock } = this.#deps;
    const known = await roster.byId();
    const { next } = await calendar.dutyAt(clock.now());
    const ids = next
      .filter(({ kind }) => kind === "shift")
      .flatMap(({ people }) => people.map(({ id }) => known.get(id)?.userId ?? null));
    return [...new Set(ids.filter((id) => id !== null && id !== leaving))].filter((id) => id !== null);
  }
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
