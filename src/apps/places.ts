import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The package's own folder: two up from src/apps and from dist/apps alike. */
const ROOT = fileURLToPath(new URL("../../", import.meta.url));

export const RULES_DIR = `${ROOT}content/rules`;
export const LOG_SOURCES_DIR = `${ROOT}content/log-sources`;
export const ATTACK_DIR = `${ROOT}content/attack`;
export const SCENARIOS_DIR = `${ROOT}content/scenarios`;
export const CLASSIFICATIONS_DIR = `${ROOT}content/classifications`;
export const RETENTION_DIR = `${ROOT}content/retention`;
export const LANDSCAPE_DIR = `${ROOT}content/landscape`;
export const URGENCY_DIR = `${ROOT}content/urgency`;
export const CASE_TEMPLATES_DIR = `${ROOT}content/cases`;
export const TRIAGE_DIR = `${ROOT}content/triage`;
export const EVIDENCE_PAPERS_DIR = `${ROOT}content/evidence`;
export const WORKFORCE_DIR = `${ROOT}content/workforce`;
export const I18N_DIR = `${ROOT}content/i18n`;
export const PACKAGE_FILE = `${ROOT}package.json`;

/** The built console, or undefined when only the server was built. */
export function consoleDir(): string | undefined {
  const dir = `${ROOT}dist/web/console`;
  return existsSync(`${dir}/index.html`) ? dir : undefined;
}
