import { loadRulebook } from "../../modules/alerts/index.ts";
import { loadSchemes } from "../../modules/assets/index.ts";
import { loadAttackTables } from "../../modules/detection/index.ts";
import { loadScenarios } from "../../modules/drills/index.ts";
import { loadCaseTemplates } from "../../modules/incidents/index.ts";
import { parserProblems } from "../../modules/ingest/index.ts";
import { loadRetentionRules } from "../../modules/lake/index.ts";
import { loadLandscapes } from "../../modules/overview/index.ts";
import { loadProfiles } from "../../modules/people/index.ts";
import type { Config } from "../../platform/config/index.ts";
import { loadFedLogSources } from "../log-sources.ts";
import {
  ATTACK_DIR,
  CASE_TEMPLATES_DIR,
  CLASSIFICATIONS_DIR,
  LANDSCAPE_DIR,
  RETENTION_DIR,
  SCENARIOS_DIR,
  TRIAGE_DIR,
  URGENCY_DIR,
  WORKFORCE_DIR,
} from "../places.ts";

export type Content = Awaited<ReturnType<typeof loadContent>>;

/** What the server knows from files. What is wrong in them is told with file and line; the rest of it works. */
export async function loadContent(config: Config) {
  const retention = await loadRetentionRules(RETENTION_DIR);
  const classifications = await loadSchemes(CLASSIFICATIONS_DIR);
  const logSources = await loadFedLogSources(config.placeholdersFile);
  const rulebook = await loadRulebook({ urgency: URGENCY_DIR, policy: TRIAGE_DIR });
  const attack = await loadAttackTables(ATTACK_DIR);
  const cases = await loadCaseTemplates(CASE_TEMPLATES_DIR);
  const workforce = await loadProfiles(WORKFORCE_DIR);
  const scenarios = await loadScenarios(SCENARIOS_DIR);
  const landscape = await loadLandscapes(LANDSCAPE_DIR);
  const loaded = [retention, classifications, logSources, rulebook, attack, cases, workforce, scenarios, landscape];
  return {
    retentionRules: retention.rules,
    schemes: classifications.schemes,
    logSources: logSources.map,
    book: rulebook.book,
    attack: attack.tables,
    caseTemplates: cases.templates,
    profiles: workforce.profiles,
    scenarios: scenarios.scenarios,
    landscapes: landscape.landscapes,
    problems: [...loaded.flatMap(({ problems }) => problems), ...parserProblems()],
  };
}
