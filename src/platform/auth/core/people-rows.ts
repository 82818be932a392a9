/** What a table says of people, against who is there: accounts to make, accounts to change, and every wrong line. */
import { foldText } from "../../../kernel/index.ts";

export interface TableRow {
  readonly line: number;
  readonly cells: readonly string[];
}

export interface RowProblem {
  readonly line: number;
  /** Translated under `users.import.problem.<code>`. */
  readonly code: string;
  readonly params: Readonly<Record<string, string | number>>;
}

export interface PlannedNew {
  readonly line: number;
  readonly username: string;
  readonly displayName: string;
  readonly role: string;
  readonly language: "vi" | "en";
}

interface FromTo {
  readonly from: string;
  readonly to: string;
}

export interface PlannedChange {
  readonly line: number;
  readonly id: string;
  readonly username: string;
  readonly displayName: FromTo | null;
  readonly role: FromTo | null;
}

export interface PeoplePlan {
  readonly created: readonly PlannedNew[];
  readonly changed: readonly PlannedChange[];
  readonly unchanged: number;
  /** Columns that mean nothing here. */
  readonly ignored: readonly string[];
  readonly problems: readonly RowProblem[];
}

/** `power`: who has it administers people, so no file gives or takes it. `above`: it holds more than the asker does. */
export type RoleStanding = "free" | "above" | "power";

export interface KnownPeople {
  readonly roles: ReadonlyMap<string, RoleStanding>;
  /** Ids by folded name, of own roles. */
  readonly rolesByName: ReadonlyMap<string, string>;
  readonly users: ReadonlyMap<string, KnownUser>;
  readonly isUsername: (text: string) => boolean;
  readonly longestName: number;
}

export interface KnownUser {
  readonly id: string;
  readonly displayName: string;
  readonly role: string;
  readonly isPerson: boolean;
}

type Column = "username" | "displayName" | "role" | "language";

/** Headings as people write them, folded; the Vietnamese ones too. */
const COLUMNS: ReadonlyMap<string, Column> = new Map<string, Column>([
  ...(["username", "user name", "login", "ten dang nhap", "tai khoan"] as const).map((head): [string, Column] => [
    head,
    "username",
  ]),
  ...(["displayname", "display name", "display_name", "name", "ten hien thi", "ho ten", "ho va ten"] as const).map(
    (head): [string, Column] => [head, "displayName"],
  ),
  ...(["role", "vai tro"] as const).map((head): [string, Column] => [head, "role"]),
  ...(["language", "ngon ngu"] as const).map((head): [string, Column] => [head, "language"]),
]);

const NOTHING = { created: [], changed: [], unchanged: 0, ignored: [] } as const;
const CONTROLS = /\p{Cc}|\uFFFD/u;

export function planPeople(rows: readonly TableRow[], known: KnownPeople): PeoplePlan {
  const [head, ...body] = rows;
  if (head === undefined) return { ...NOTHING, problems: [problem(1, "empty")] };
  const columns = head.cells.map((cell) => COLUMNS.get(foldText(cell).trim()));
  if (!columns.includes("username")) return { ...NOTHING, problems: [problem(head.line, "no_username_column")] };
  const doubled = columns.find((column, at) => column !== undefined && columns.indexOf(column) !== at);
  if (doubled !== undefined) return { ...NOTHING, problems: [problem(head.line, "column_twice")] };
  const created: PlannedNew[] = [];
  const changed: PlannedChange[] = [];
  const problems: RowProblem[] = [];
  const lines = new Map<string, number>();
  let unchanged = 0;
  for (const { line, cells } of body) {
    const cell = (column: Column): string => cells[columns.indexOf(column)]?.trim() ?? "";
    const read = readRow(line, cell, known);
    if ("code" in read) problems.push(read);
    else {
      const first = lines.get(read.username);
      if (first !== undefined) problems.push(problem(line, "twice", { username: read.username, first }));
      else if (!("id" in read)) created.push(read);
      else if (read.displayName === null && read.role === null) unchanged += 1;
      else changed.push(read);
      lines.set(read.username, first ?? line);
    }
  }
  const ignored = head.cells.filter((cell, at) => columns[at] === undefined && cell.trim() !== "");
  return { created, changed, unchanged, ignored, problems };
}

function readRow(
  line: number,
  cell: (column: Column) => string,
  known: KnownPeople,
): PlannedNew | PlannedChange | RowProblem {
  const username = cell("username");
  if (!known.isUsername(username)) return problem(line, "username_wrong", { username: username.slice(0, 64) });
  const displayName = cell("displayName");
  if (displayName.length > known.longestName) return problem(line, "name_too_long", { limit: known.longestName });
  if (CONTROLS.test(displayName)) return problem(line, "name_wrong");
  const language = languageOf(cell("language"));
  if (language === undefined) return problem(line, "language_wrong", { language: cell("language").slice(0, 20) });
  const role = roleOf(cell("role"), known);
  if (role === undefined) return problem(line, "role_unknown", { role: cell("role").slice(0, 80) });
  const person = known.users.get(username);
  if (person === undefined) {
    if (displayName === "") return problem(line, "name_missing");
    if (role === "") return problem(line, "role_missing");
    return refusalOf(line, role, known) ?? { line, username, displayName, role, language };
  }
  return changeOf({ line, username, displayName, role }, person, known);
}

function changeOf(
  row: { readonly line: number; readonly username: string; readonly displayName: string; readonly role: string },
  person: KnownUser,
  known: KnownPeople,
): PlannedChange | RowProblem {
  const { line, username } = row;
  if (!person.isPerson) return problem(line, "username_taken", { username });
  const fromTo = (from: string, to: string): FromTo | null => (to === "" || to === from ? null : { from, to });
  const displayName = fromTo(person.displayName, row.displayName);
  const role = fromTo(person.role, row.role);
  if (displayName !== null || role !== null) {
    const standing = known.roles.get(person.role);
    if (standing === "power") return problem(line, "person_power", { username });
    if (standing === "above") return problem(line, "person_above", { username });
  }
  const refusal = role === null ? undefined : refusalOf(line, role.to, known);
  return refusal ?? { line, id: person.id, username, displayName, role };
}

function refusalOf(line: number, role: string, known: KnownPeople): RowProblem | undefined {
  const standing = known.roles.get(role);
  if (standing === "power") return problem(line, "role_power");
  return standing === "above" ? problem(line, "role_not_held") : undefined;
}

/** Empty for an empty cell, undefined for a role that is not there. */
function roleOf(cell: string, known: KnownPeople): string | undefined {
  if (cell === "" || known.roles.has(cell)) return cell;
  return known.rolesByName.get(foldText(cell));
}

function languageOf(cell: string): "vi" | "en" | undefined {
  const folded = foldText(cell);
  if (folded === "" || folded === "vi" || folded === "tieng viet") return "vi";
  return folded === "en" || folded === "english" || folded === "tieng anh" ? "en" : undefined;
}

function problem(line: number, code: string, params: RowProblem["params"] = {}): RowProblem {
  return { line, code, params };
}
