/**
 * A report or dossier for people: what it says, in order. Every text is plain; it may come from anywhere and is cleaned
 * when it is drawn (text.ts).
 */
export interface Paper {
  readonly title: string;
  readonly subtitle?: string;
  readonly language: "vi" | "en";
  /** Stands at the head of every page, for instance the TLP label. */
  readonly marking?: string;
  /** Said on every page beside the marking: that this belongs to an exercise. */
  readonly exercise?: string;
  /** Stands at the foot of every page beside its number. */
  readonly footer: string;
  /** ISO 8601. The same paper gives the same bytes. */
  readonly createdAt: string;
  readonly blocks: readonly Block[];
}

export type Block =
  | { readonly kind: "heading"; readonly level: 1 | 2 | 3; readonly text: string }
  | { readonly kind: "paragraph"; readonly text: string }
  /** Said apart from the text around it: a warning, what is left out. */
  | { readonly kind: "remark"; readonly text: string }
  | { readonly kind: "list"; readonly ordered?: boolean; readonly items: readonly string[] }
  /** Names and values, one a line. */
  | { readonly kind: "facts"; readonly rows: readonly (readonly [name: string, value: string])[] }
  | { readonly kind: "table"; readonly columns: readonly Column[]; readonly rows: readonly (readonly string[])[] }
  /** As it was written, line by line: raw events, hashes, signatures. */
  | { readonly kind: "verbatim"; readonly text: string }
  | { readonly kind: "pageBreak" };

export interface Column {
  readonly title: string;
  /** Share of the width; 1 unless stated. */
  readonly share?: number;
  readonly align?: "left" | "right";
}
