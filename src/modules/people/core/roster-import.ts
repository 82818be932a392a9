import { foldText, tableOf } from "../../../kernel/index.ts";
import { parseCsv } from "./csv.ts";

export interface ImportedPerson {
  readonly name: string;
  readonly unit: string;
  readonly roles: readonly string[];
  readonly tier: number | null;
  readonly phone: string | null;
  readonly mail: string | null;
  readonly languages: readonly string[];
  readonly userId: string | null;
}

export interface ImportProblem {
  readonly line: number;
  readonly column: string;
  readonly code: string;
}

/** Headings as people write them, folded; the Vietnamese ones too. */
const COLUMNS = tableOf<string>({
  name: "name",
  "ho ten": "name",
  "ho va ten": "name",
  ten: "name",
  unit: "unit",
  "don vi": "unit",
  roles: "roles",
  "vai tro": "roles",
  tier: "tier",
  bac: "tier",
  phone: "phone",
  "dien thoai": "phone",
  mail: "mail",
  email: "mail",
  "e-mail": "mail",
  languages: "languages",
  "ngon ngu": "languages",
  username: "username",
  "tai khoan": "username",
});

interface Known {
  readonly profiles: ReadonlySet<string>;
  readonly accounts: ReadonlyMap<string, string>;
  /** The field that is wrong, by the shape the API takes. */
  readonly check: (person: ImportedPerson) => string | undefined;
}

/** Persons of a CSV, and every line that is wrong. */
export function readRoster(
  csv: string,
  known: Known,
): { readonly rows: readonly ImportedPerson[]; readonly problems: readonly ImportProblem[] } {
  const { rows, problem } = parseCsv(csv);
  const [head, ...body] = rows;
  if (problem !== undefined) return refused(rows.at(-1)?.line ?? 1, `people.import.${problem}`);
  if (head === undefined) return refused(1, "people.import.empty");
  const columns = head.cells.map((cell) => COLUMNS[foldText(cell).trim()]);
  if (!columns.includes("name")) return refused(1, "people.import.no_name_column");
  const people: ImportedPerson[] = [];
  const problems: ImportProblem[] = [];
  const seen = new Set<string>();
  for (const { line, cells } of body) {
    const cell = (name: string): string => cells[columns.indexOf(name)] ?? "";
    const person = personOf(cell, known.accounts);
    const wrong = wrongIn(person, cell, known);
    const key = person.mail ?? `${person.name}\0${person.unit}`;
    if (wrong !== undefined) problems.push({ line, ...wrong });
    else if (seen.has(key)) problems.push({ line, column: "name", code: "people.import.twice" });
    else people.push(person);
    seen.add(key);
  }
  return { rows: people, problems };
}

function refused(line: number, code: string) {
  return { rows: [], problems: [{ line, column: "", code }] };
}

function personOf(cell: (name: string) => string, accounts: ReadonlyMap<string, string>): ImportedPerson {
  const listed = (name: string) =>
    cell(name)
      .split(/[|,;]/u)
      .map((part) => part.trim())
      .filter((part) => part !== "");
  const tier = cell("tier");
  return {
    name: cell("name"),
    unit: cell("unit"),
    roles: listed("roles"),
    tier: tier === "" ? null : Number(tier),
    phone:
      cell("phone") === ""
        ? null
        : cell("phone")
            .replace(/[ .()-]/gu, "")
            .replace(/^0/u, "+84"),
    mail: cell("mail") === "" ? null : cell("mail"),
    languages: listed("languages"),
    userId: accounts.get(cell("username")) ?? null,
  };
}

function wrongIn(
  person: ImportedPerson,
  cell: (name: string) => string,
  known: Known,
): { readonly column: string; readonly code: string } | undefined {
  if (person.roles.some((role) => !known.profiles.has(role))) {
    return { column: "roles", code: "people.profile.unknown" };
  }
  if (cell("username") !== "" && person.userId === null) {
    return { column: "username", code: "people.import.no_account" };
  }
  const field = known.check(person);
  return field === undefined ? undefined : { column: field, code: "people.import.wrong" };
}
