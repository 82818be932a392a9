/** What an import file says, before the register is looked at: systems with the lines they stand on, and complaints. */
import { foldText, tableOf } from "../../../kernel/index.ts";
import {
  MAX_CODE,
  MAX_IDENTIFIERS_OF_SYSTEM,
  MAX_NAME,
  MAX_NOTES,
  MAX_PARTY,
  MAX_SERVICES_OF_SYSTEM,
} from "../limits.ts";
import { IDENTIFIER_KINDS, type IdentifierKind, identifierOf } from "./identifiers.ts";
import { CRITICALITIES, type Criticality } from "./importance.ts";
import { distinctIdentifiers, type PlacedIdentifier, type Service } from "./system.ts";

/** A record of a table and the line it begins on. */
export interface TableRow {
  readonly line: number;
  readonly cells: readonly string[];
}

export interface ImportProblem {
  readonly line: number;
  /** Translated under `assets.import.problem.<code>`. */
  readonly code: string;
  readonly params: Readonly<Record<string, string | number>>;
}

/** Facts an import may give; what it does not give stays as it is. */
export const IMPORTED_FACTS = ["name", "code", "owner", "operator", "zone", "purpose", "sector", "notes"] as const;
export type ImportedFact = (typeof IMPORTED_FACTS)[number];

export interface SystemDraft {
  readonly line: number;
  readonly facts: Readonly<Partial<Record<ImportedFact, string>>>;
  readonly criticality: Criticality | undefined;
  /** Code or name of the system above, with the line that names it. */
  readonly parent: string | undefined;
  readonly services: readonly Service[];
  readonly identifiers: readonly PlacedIdentifier[];
}

export interface ReadImport {
  readonly drafts: readonly SystemDraft[];
  readonly problems: readonly ImportProblem[];
}

/** One line of a table, or one system of a JSON file, in the same words. */
export interface ImportRecord {
  readonly line: number;
  readonly facts: Readonly<Partial<Record<ImportedFact, string>>>;
  readonly criticality?: string | undefined;
  readonly parent?: string | undefined;
  readonly services: readonly Service[];
  readonly identifiers: readonly {
    readonly line: number;
    readonly kind: string;
    readonly value: string;
    readonly service: string | null;
  }[];
}

const LONGEST: Readonly<Record<ImportedFact, number>> = {
  name: MAX_NAME,
  code: MAX_CODE,
  owner: MAX_PARTY,
  operator: MAX_PARTY,
  zone: MAX_PARTY,
  purpose: MAX_NOTES,
  sector: MAX_PARTY,
  notes: MAX_NOTES,
};

/** Columns by their folded header: English, as exported, or Vietnamese, as people head their own lists. */
const COLUMNS = tableOf<string>({
  ma: "code",
  ma_he_thong: "code",
  ten: "name",
  ten_he_thong: "name",
  system: "name",
  he_thong_cha: "parent",
  chu_quan: "owner",
  don_vi_van_hanh: "operator",
  vung: "zone",
  muc_quan_trong: "criticality",
  muc_dich: "purpose",
  linh_vuc: "sector",
  ghi_chu: "notes",
  dich_vu: "service",
  loai: "kind",
  loai_dinh_danh: "kind",
  gia_tri: "value",
  dinh_danh: "value",
  may: "host",
  may_chu: "host",
  hosts: "host",
  ip: "address",
  dia_chi: "address",
  addresses: "address",
  tai_khoan: "account",
  accounts: "account",
  ten_mien: "domain",
  domains: "domain",
});
const KNOWN: ReadonlySet<string> = new Set([
  ...IMPORTED_FACTS,
  ...IDENTIFIER_KINDS,
  "parent",
  "criticality",
  "service",
  "kind",
  "value",
]);

const CRITICALITY_WORDS = tableOf<Criticality>({
  thap: "low",
  trung_binh: "medium",
  vua: "medium",
  cao: "high",
  rat_cao: "critical",
  dac_biet: "critical",
  trong_yeu: "critical",
  toi_quan_trong: "critical",
});

const KIND_WORDS = tableOf<IdentifierKind>({
  may: "host",
  may_chu: "host",
  ip: "address",
  dia_chi: "address",
  mang: "address",
  network: "address",
  cidr: "address",
  user: "account",
  tai_khoan: "account",
  ten_mien: "domain",
});

const word = (text: string): string => foldText(text.trim()).replace(/[\s-]+/gu, "_");

/** A table whose first row names the columns; a system may stand on many rows, one for each identifier. */
export function recordsOfTable(rows: readonly TableRow[]): {
  readonly records: readonly ImportRecord[];
  readonly problems: readonly ImportProblem[];
} {
  const [head, ...body] = rows;
  if (head === undefined) return { records: [], problems: [{ line: 1, code: "empty", params: {} }] };
  const names = head.cells.map((cell) => COLUMNS[word(cell)] ?? word(cell));
  const problems = columnProblems(head, names);
  if (problems.length > 0) return { records: [], problems };
  return { records: body.map((row) => recordOf(row, names)), problems: [] };
}

function columnProblems({ line, cells }: TableRow, names: readonly string[]): ImportProblem[] {
  const unknown = names.flatMap((name, at) =>
    KNOWN.has(name) ? [] : [{ line, code: "column_unknown", params: { column: cells[at] ?? "" } }],
  );
  const twice = names.flatMap((name, at) =>
    names.indexOf(name) === at ? [] : [{ line, code: "column_twice", params: { column: name } }],
  );
  const unnamed =
    names.includes("name") || names.includes("code") ? [] : [{ line, code: "column_missing", params: {} }];
  return [...unknown, ...twice, ...unnamed];
}

function recordOf({ line, cells }: TableRow, names: readonly string[]): ImportRecord {
  const cell = (name: string): string => unquoted(cells[names.indexOf(name)] ?? "").trim();
  const facts = Object.fromEntries(
    IMPORTED_FACTS.map((fact) => [fact, cell(fact)] as const).filter(([, value]) => value !== ""),
  );
  const service = cell("service") === "" ? null : cell("service");
  const listed = IDENTIFIER_KINDS.flatMap((kind) =>
    cell(kind)
      .split(/[;,\n]+/u)
      .map((value) => ({ line, kind, value: value.trim(), service })),
  );
  const single = { line, kind: cell("kind"), value: cell("value"), service };
  return {
    line,
    facts,
    criticality: cell("criticality") || undefined,
    parent: cell("parent") || undefined,
    services: service === null ? [] : [{ name: service, note: null }],
    identifiers: [...listed, single].filter(({ value }) => value !== ""),
  };
}

/** The export puts an apostrophe before what a spreadsheet would run. */
function unquoted(cell: string): string {
  return /^'[=+\-@\t\r]/u.test(cell) ? cell.slice(1) : cell;
}

interface Group {
  readonly records: ImportRecord[];
}

/** Records of the same code, or of the same name where none is given, are one system. */
export function draftsOf(records: readonly ImportRecord[]): ReadImport {
  const problems: ImportProblem[] = [];
  const groups = new Map<string, Group>();
  for (const record of records) {
    const { code, name } = record.facts;
    if (code === undefined && name === undefined) {
      problems.push({ line: record.line, code: "name_missing", params: {} });
      continue;
    }
    const key = code === undefined ? `name ${foldText(name ?? "")}` : `code ${foldText(code)}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { records: [record] });
    else group.records.push(record);
  }
  const drafts = [...groups.values()].map((group) => draftOf(group, problems));
  return { drafts, problems };
}

function draftOf({ records }: Group, problems: ImportProblem[]): SystemDraft {
  const facts: Partial<Record<ImportedFact, string>> = {};
  const said = { criticality: undefined as string | undefined, parent: undefined as string | undefined };
  const services = new Map<string, Service>();
  const identifiers: PlacedIdentifier[] = [];
  for (const record of records) {
    for (const fact of IMPORTED_FACTS) {
      const value = record.facts[fact];
      if (value !== undefined) takeFact({ facts, fact, value, line: record.line }, problems);
    }
    for (const field of ["criticality", "parent"] as const) {
      const value = record[field];
      if (value === undefined) continue;
      if (said[field] === undefined) said[field] = value;
      else if (said[field] !== value) problems.push({ line: record.line, code: "differs", params: { field, value } });
    }
    for (const service of record.services) takeService(services, service, { line: record.line, problems });
    identifiers.push(...record.identifiers.flatMap((each) => placed(each, problems)));
  }
  const line = records[0]?.line ?? 0;
  if (services.size > MAX_SERVICES_OF_SYSTEM) {
    problems.push({ line, code: "too_many_services", params: { limit: MAX_SERVICES_OF_SYSTEM } });
  }
  if (identifiers.length > MAX_IDENTIFIERS_OF_SYSTEM) {
    problems.push({ line, code: "too_many_identifiers", params: { limit: MAX_IDENTIFIERS_OF_SYSTEM } });
  }
  return {
    line,
    facts,
    criticality: criticalityOf(said.criticality, { line, problems }),
    parent: said.parent,
    services: [...services.values()],
    identifiers: distinctIdentifiers(identifiers),
  };
}

interface Taking {
  readonly facts: Partial<Record<ImportedFact, string>>;
  readonly fact: ImportedFact;
  readonly value: string;
  readonly line: number;
}

function takeFact({ facts, fact, value, line }: Taking, problems: ImportProblem[]): void {
  if (value.length > LONGEST[fact]) {
    problems.push({ line, code: "too_long", params: { field: fact, limit: LONGEST[fact] } });
  } else if (facts[fact] === undefined) facts[fact] = value;
  else if (facts[fact] !== value) problems.push({ line, code: "differs", params: { field: fact, value } });
}

interface Where {
  readonly line: number;
  readonly problems: ImportProblem[];
}

function takeService(services: Map<string, Service>, service: Service, { line, problems }: Where): void {
  if (service.name.length > MAX_NAME || (service.note?.length ?? 0) > MAX_NOTES) {
    problems.push({ line, code: "too_long", params: { field: "service", limit: MAX_NAME } });
    return;
  }
  const held = services.get(service.name);
  if (held === undefined || held.note === null) services.set(service.name, service);
}

function placed(
  { line, kind, value, service }: ImportRecord["identifiers"][number],
  problems: ImportProblem[],
): PlacedIdentifier[] {
  const named = IDENTIFIER_KINDS.find((each) => each === word(kind)) ?? KIND_WORDS[word(kind)];
  if (named === undefined) {
    problems.push({ line, code: "kind_unknown", params: { kind } });
    return [];
  }
  const identifier = identifierOf(named, value);
  if (identifier === undefined) {
    problems.push({ line, code: "identifier_wrong", params: { kind: named, value: value.slice(0, 200) } });
    return [];
  }
  return [{ ...identifier, service }];
}

function criticalityOf(text: string | undefined, { line, problems }: Where): Criticality | undefined {
  if (text === undefined) return undefined;
  const known = CRITICALITIES.find((each) => each === word(text)) ?? CRITICALITY_WORDS[word(text)];
  if (known === undefined) problems.push({ line, code: "criticality_unknown", params: { value: text.slice(0, 200) } });
  return known;
}
