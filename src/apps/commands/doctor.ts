import { processEnvironment } from "../../platform/config/index.ts";
import { systemClock } from "../../platform/clock/index.ts";
import { flag, oneOf, readArguments } from "../arguments.ts";
import { examine, type Finding } from "../doctor/checks.ts";
import { languageOf, loadTexts } from "../texts.ts";
import { CONFIG_OPTIONS, configOf } from "./config.ts";

export const DOCTOR_HELP = `khien doctor [--data-dir DIR] [--deep] [--lang vi|en] [--json]

Checks settings, folder, disk, clock, server and port, journal, event store, records, audit log, segments and content, and
says what is wrong and what to do. Changes nothing; a server may be running.
  --deep  goes through every event of every segment, as khien verify does
Exit code: 0 nothing wrong (there may be notes), 1 it could not be checked, 2 warnings, 3 something is bad.
`;

const SIGNS: Readonly<Record<Finding["state"], string>> = { fine: "✓", note: "·", warning: "!", bad: "✗" };

export async function doctorCommand(args: readonly string[]): Promise<number> {
  const parsed = readArguments(args, {
    ...CONFIG_OPTIONS,
    deep: { type: "boolean" },
    lang: { type: "string" },
    json: { type: "boolean" },
  });
  const { LC_ALL, LC_MESSAGES, LANG } = processEnvironment();
  const texts = loadTexts(oneOf(parsed, "lang", ["vi", "en"]) ?? languageOf(LC_ALL ?? LC_MESSAGES ?? LANG));
  const findings: Finding[] = [];
  const patient = { config: configOf(parsed), now: systemClock.now(), deep: flag(parsed, "deep") };
  for await (const finding of examine(patient)) {
    findings.push(finding);
    if (flag(parsed, "json")) continue;
    const { area, state, code, params } = finding;
    // A check that broke off says so in the same words, whatever it was about.
    const key = code === "failed" ? "doctor.failed" : `doctor.${area}.${code}`;
    process.stdout.write(`${SIGNS[state]} ${texts.say(`doctor.area.${area}`)}: ${texts.say(key, params)}\n`);
    if (state !== "fine") process.stdout.write(`    → ${texts.say(`${key}.do`, params)}\n`);
  }
  const worst = ["bad", "warning"].find((state) => findings.some((finding) => finding.state === state));
  if (flag(parsed, "json")) process.stdout.write(`${JSON.stringify({ state: worst ?? "fine", findings })}\n`);
  return worst === "bad" ? 3 : worst === "warning" ? 2 : 0;
}
