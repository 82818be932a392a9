import { expect, test } from "vitest";
import { mappedRole, parseRoleRule } from "./role-mapping.ts";

test.each([
  ["soc-admins=admin", { value: "soc-admins", role: "admin" }],
  ["CN=SOC,OU=Nhóm,DC=vn=analyst-2", { value: "CN=SOC,OU=Nhóm,DC=vn", role: "analyst-2" }],
  ["admin", undefined],
  ["=admin", undefined],
  ["x=", undefined],
  ["x=Not A Role", undefined],
])("%s", (text, rule) => {
  expect(parseRoleRule(text)).toEqual(rule);
});

test.each([
  [["soc"], "analyst"],
  [["soc", "boss"], "admin"],
  ["soc", "analyst"],
  [["other"], undefined],
  [undefined, undefined],
  [{ soc: true }, undefined],
  ["boss,soc", undefined],
])("of %j comes %s", (claim, role) => {
  const rules = [
    { value: "boss", role: "admin" },
    { value: "soc", role: "analyst" },
  ];
  expect(mappedRole(rules, claim)).toBe(role);
});
