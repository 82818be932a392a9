import type { Instant, Severity } from "../../../kernel/index.ts";

/** What a shift leaves behind, as the program knows it. Null: this installation does not know, which is not zero. */
export interface HandoverFigures {
  readonly at: Instant;
  readonly openByLevel: Readonly<Record<Severity, number>>;
  readonly takenByLevel: Readonly<Record<Severity, number>>;
  readonly oldestOpen: readonly AlertLine[];
  /** Critical alerts nobody took in the time the first step of an escalation allows; null without such a policy. */
  readonly overdue: { readonly afterMinutes: number; readonly n: number } | null;
  readonly takenByLeaving: readonly AlertLine[];
  readonly cases: { readonly open: number } | null;
  readonly clocks: readonly { readonly title: string; readonly due: Instant; readonly path: string }[] | null;
  readonly silentSensors: readonly { readonly name: string; readonly since: Instant | null }[];
  readonly exercise: { readonly id: string; readonly name: string } | null;
}

export interface AlertLine {
  readonly id: string;
  readonly title: { readonly vi: string; readonly en: string };
  readonly level: Severity;
  readonly entity: string;
  readonly createdAt: Instant;
}

/** Frozen when the leaving person signs. */
export interface HandoverContent {
  readonly text: string;
  /** The shift that ends, where it was one of a rota. */
  readonly shift: {
    readonly rota: string;
    readonly name: string;
    readonly begins: Instant;
    readonly ends: Instant;
  } | null;
  readonly figures: HandoverFigures;
}

/** The recipe of the seals, for whoever checks them: SHA-256 of these as JSON. */
export function sealedNote(note: {
  readonly previous: string;
  readonly seq: number;
  readonly id: string;
  readonly at: Instant;
  readonly by: { readonly id: string; readonly name: string };
  readonly content: HandoverContent;
}): string {
  const { previous, seq, id, at, by, content } = note;
  return JSON.stringify([previous, seq, id, at, by.id, by.name, content]);
}

export function sealedReceipt(receipt: {
  readonly note: string;
  readonly at: Instant;
  readonly by: { readonly id: string; readonly name: string };
  readonly remark: string;
}): string {
  return JSON.stringify([receipt.note, receipt.at, receipt.by.id, receipt.by.name, receipt.remark]);
}
