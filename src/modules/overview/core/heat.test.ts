import { expect, test } from "vitest";
import { type AttackNames, attackHeat, shareOf, type TaggedAlerts } from "./heat.ts";

const names: AttackNames = {
  tactics: [
    { id: "TA0001", name: "Initial Access", short: "initial-access" },
    { id: "TA0005", name: "Defense Evasion", short: "defense-evasion" },
    { id: "TA0040", name: "Impact", short: "impact" },
  ],
  technique: (id) =>
    ({
      T1566: { name: "Phishing", tactics: ["initial-access"] },
      T1190: { name: "Exploit Public-Facing Application", tactics: ["initial-access"] },
      T1204: { name: "User Execution", tactics: ["execution"] },
    })[id],
};
const rules: readonly TaggedAlerts[] = [
  { tags: ["attack.initial-access", "attack.t1566.001", "attack.t1566.002", "attack.t1204"], alerts: 3 },
  { tags: ["attack.initial_access", "attack.T1190"], alerts: 1 },
  { tags: ["attack.defense_evasion", "attack.t1027"], alerts: 5 },
  { tags: ["cve.2021-44228"], alerts: 2 },
];

test("counts alerts by tactic, and techniques once for each alert whatever sub-techniques its rule names", () => {
  expect(attackHeat(rules, names, 5)).toEqual([
    {
      ...names.tactics[0],
      alerts: 4,
      techniques: [
        { id: "T1566", name: "Phishing", alerts: 3 },
        { id: "T1190", name: "Exploit Public-Facing Application", alerts: 1 },
      ],
    },
    { ...names.tactics[1], alerts: 5, techniques: [{ id: "T1027", name: "T1027", alerts: 5 }] },
    { ...names.tactics[2], alerts: 0, techniques: [] },
  ]);
  expect(attackHeat(rules, names, 1)[0]?.techniques).toHaveLength(1);
});

test("a share names what it is of, so that a small whole is seen", () => {
  expect(shareOf(rules, { techniques: ["T1566"], within: "initial-access" })).toEqual({ alerts: 3, of: 4 });
  expect(shareOf(rules, { techniques: ["T1498", "T1499"], within: null })).toEqual({ alerts: 0, of: 11 });
  expect(shareOf([], { techniques: ["T1566"], within: null })).toEqual({ alerts: 0, of: 0 });
});
