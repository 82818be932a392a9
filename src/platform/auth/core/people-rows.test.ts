import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type KnownPeople, planPeople } from "./people-rows.ts";

const KNOWN: KnownPeople = {
  roles: new Map([
    ["viewer", "free"],
    ["analyst", "free"],
    ["lead", "above"],
    ["admin", "power"],
    ["0a1b", "free"],
  ]),
  rolesByName: new Map([["truc dem", "0a1b"]]),
  users: new Map([
    ["minh", { id: "u-1", displayName: "Minh", role: "viewer", isPerson: true }],
    ["lan", { id: "u-2", displayName: "Lan", role: "admin", isPerson: true }],
    ["tuan", { id: "u-3", displayName: "Tuấn", role: "lead", isPerson: true }],
    ["break-glass", { id: "u-4", displayName: "", role: "admin", isPerson: false }],
  ]),
  isUsername: (text) => /^[a-z0-9][a-z0-9._-]{1,63}$/u.test(text),
  longestName: 120,
};
const HEAD = "username,name,role,language";
const plan = (...lines: string[]) =>
  planPeople(
    lines.map((text, at) => ({ line: at + 1, cells: text.split(",") })),
    KNOWN,
  );

describe("people of a table", () => {
  test("are new, changed or as they were; empty cells change nothing; heads in Vietnamese", () => {
    expect(
      plan(
        "Tên đăng nhập,Họ và tên,Vai trò,Ngôn ngữ,Ghi chú",
        "hoa,Trần Thị Hoa,analyst,English,x",
        "binh,Bình,Trực đêm,,",
        "minh,Minh Nguyễn,,,",
        "lan,Lan,admin,,",
        "tuan,,,,",
      ),
    ).toEqual({
      created: [
        { line: 2, username: "hoa", displayName: "Trần Thị Hoa", role: "analyst", language: "en" },
        { line: 3, username: "binh", displayName: "Bình", role: "0a1b", language: "vi" },
      ],
      changed: [{ line: 4, id: "u-1", username: "minh", displayName: { from: "Minh", to: "Minh Nguyễn" }, role: null }],
      unchanged: 2,
      ignored: ["Ghi chú"],
      problems: [],
    });
  });

  test.each([
    ["Hoa,Hoa,viewer,", "username_wrong"],
    [",Hoa,viewer,", "username_wrong"],
    ["=cmd|'/c calc'!A1,Hoa,viewer,", "username_wrong"],
    ["__proto__,Hoa,viewer,", "username_wrong"],
    ["hoa,,viewer,", "name_missing"],
    [`hoa,${"x".repeat(121)},viewer,`, "name_too_long"],
    ["hoa,a\u0000b,viewer,", "name_wrong"],
    ["hoa,Ho\uFFFD,viewer,", "name_wrong"],
    ["hoa,Hoa,,", "role_missing"],
    ["hoa,Hoa,sếp,", "role_unknown"],
    ["hoa,Hoa,constructor,", "role_unknown"],
    ["hoa,Hoa,lead,", "role_not_held"],
    ["hoa,Hoa,admin,", "role_power"],
    ["hoa,Hoa,viewer,fr", "language_wrong"],
    ["minh,Minh,admin,", "role_power"],
    ["minh,Minh,lead,", "role_not_held"],
    ["lan,Lan mới,,", "person_power"],
    ["lan,Lan,viewer,", "person_power"],
    ["tuan,Tuấn mới,,", "person_above"],
    ["break-glass,Ai đó,viewer,", "username_taken"],
  ])("%j: %s", (line, code) => {
    expect(plan(HEAD, line)).toMatchObject({ created: [], changed: [], problems: [{ line: 2, code }] });
  });

  test("stand in it once: the second line is wrong and says where the first is", () => {
    const { created, problems } = plan(HEAD, "hoa,Hoa,viewer,", "hoa,Hoa,analyst,");
    expect(created).toHaveLength(1);
    expect(problems).toEqual([{ line: 3, code: "twice", params: { username: "hoa", first: 2 } }]);
  });

  test.each([
    [[], "empty"],
    [["name,role", "Hoa,viewer"], "no_username_column"],
    [["username,username,role", "hoa,hoa2,viewer"], "column_twice"],
  ])("%j: %s", (lines, code) => {
    expect(plan(...lines).problems).toMatchObject([{ line: 1, code }]);
  });

  test("never throws, and never makes or changes one of power", () => {
    const cell = fc.oneof(
      fc.constantFrom("username", "role", "name", "admin", "lan", "minh", "hoa", "viewer"),
      fc.string(),
    );
    const rows = fc.array(fc.record({ line: fc.nat(), cells: fc.array(cell, { maxLength: 5 }) }), { maxLength: 8 });
    fc.assert(
      fc.property(rows, (given) => {
        const { created, changed } = planPeople(given, KNOWN);
        expect(created.map(({ role }) => KNOWN.roles.get(role)).every((one) => one === "free")).toBe(true);
        expect(changed.map(({ id }) => id).every((id) => id === "u-1")).toBe(true);
      }),
    );
  });
});
