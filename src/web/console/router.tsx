import { createRootRoute, createRoute, createRouter, redirect } from "@tanstack/react-router";
import { lazy } from "./lazy-screens.ts";
import { Nowhere } from "./frame/nowhere.tsx";
import { Root } from "./frame/root.tsx";
import { alertSearch } from "./screens/alerts/search.ts";
import { Alerts } from "./screens/alerts/alerts.tsx";
import { approvalSearch } from "./screens/approvals/search.ts";
import { assessSearch, assetSearch, seenSearch } from "./screens/assets/search.ts";
import { auditSearch } from "./screens/audit/search.ts";
import { caseListSearch, casePageSearch } from "./screens/cases/search.ts";
import { entitySearch } from "./screens/entities/search.ts";
import { destinationSearch, noticeSearch } from "./screens/notices/search.ts";
import { figuresSearch } from "./screens/figures/search.ts";
import { huntSearch } from "./screens/hunt/search.ts";
import { parserSearch, trialSearch } from "./screens/parsers/search.ts";
import { notebookListSearch, notebookSearch } from "./screens/notebooks/search.ts";
import { handoverSearch, rosterSearch, shiftSearch } from "./screens/people/search.ts";
import { treeSearch } from "./screens/process-tree/search.ts";
import { HUNT_RULE, savedHuntSearch } from "./screens/saved-hunts/search.ts";
import {
  attackSearch,
  importSearch,
  newRuleSearch,
  retroSearch,
  rulePageSearch,
  ruleSearch,
} from "./screens/rules/search.ts";
import { connectSearch, sensorSearch } from "./screens/sensors/search.ts";
import { sessionSearch } from "./screens/sessions/search.ts";
import { OidcReturn } from "./screens/sign-in/oidc-return.tsx";
import { Setup } from "./screens/setup/setup.tsx";
import { holdSearch, storageSearch } from "./screens/storage/search.ts";
import { watchSearch } from "./screens/watch/search.ts";

const root = createRootRoute({ component: Root, notFoundComponent: Nowhere });
const under = () => root;

const home = createRoute({
  getParentRoute: under,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/watch", search: {} });
  },
});
const setup = createRoute({ getParentRoute: under, path: "/setup", component: Setup });
const oidcReturn = createRoute({ getParentRoute: under, path: "/sign-in/oidc", component: OidcReturn });
const watch = createRoute({
  getParentRoute: under,
  path: "/watch",
  validateSearch: watchSearch,
  component: lazy.watch,
});
const wall = createRoute({
  getParentRoute: under,
  path: "/wall",
  validateSearch: watchSearch,
  component: lazy.wall,
});
const alerts = createRoute({
  getParentRoute: under,
  path: "/alerts",
  validateSearch: alertSearch,
  component: Alerts,
});
const figures = createRoute({
  getParentRoute: under,
  path: "/alerts/figures",
  validateSearch: figuresSearch,
  component: lazy.figures,
});
const cases = createRoute({
  getParentRoute: under,
  path: "/cases",
  validateSearch: caseListSearch,
  component: lazy.cases,
});
const casePage = createRoute({
  getParentRoute: under,
  path: "/cases/$id",
  validateSearch: casePageSearch,
  component: lazy.casePage,
});
const hunt = createRoute({
  getParentRoute: under,
  path: "/hunt",
  validateSearch: huntSearch,
  component: lazy.hunt,
});
const savedHunts = createRoute({
  getParentRoute: under,
  path: "/hunt/saved",
  validateSearch: savedHuntSearch,
  component: lazy.savedHunts,
});
const rules = createRoute({
  getParentRoute: under,
  path: "/rules",
  validateSearch: ruleSearch,
  component: lazy.rules,
});
const imports = createRoute({
  getParentRoute: under,
  path: "/rules/imports",
  validateSearch: importSearch,
  component: lazy.imports,
});
const coverage = createRoute({ getParentRoute: under, path: "/rules/coverage", component: lazy.coverage });
const newRule = createRoute({
  getParentRoute: under,
  path: "/rules/new",
  validateSearch: newRuleSearch,
  component: lazy.newRule,
});
const rule = createRoute({
  getParentRoute: under,
  path: "/rules/$id",
  validateSearch: rulePageSearch,
  // What raises findings under this name is no rule but a saved hunt.
  beforeLoad: ({ params }) => {
    if (params.id.startsWith(HUNT_RULE)) {
      throw redirect({ to: "/hunt/saved", search: { hunt: params.id.slice(HUNT_RULE.length) } });
    }
  },
  component: lazy.rule,
});
const editRule = createRoute({ getParentRoute: under, path: "/rules/$id/edit", component: lazy.editRule });
const attack = createRoute({
  getParentRoute: under,
  path: "/rules/attack",
  validateSearch: attackSearch,
  component: lazy.attack,
});
const retroHunts = createRoute({
  getParentRoute: under,
  path: "/rules/retro-hunts",
  validateSearch: retroSearch,
  component: lazy.retroHunts,
});
const sensors = createRoute({
  getParentRoute: under,
  path: "/sensors",
  validateSearch: sensorSearch,
  component: lazy.sensors,
});
const connect = createRoute({
  getParentRoute: under,
  path: "/sensors/connect",
  validateSearch: connectSearch,
  component: lazy.connect,
});
const parsers = createRoute({
  getParentRoute: under,
  path: "/sensors/parsers",
  validateSearch: parserSearch,
  component: lazy.parsers,
});
const parserTrial = createRoute({
  getParentRoute: under,
  path: "/sensors/parsers/try",
  validateSearch: trialSearch,
  component: lazy.parserTrial,
});
const assets = createRoute({
  getParentRoute: under,
  path: "/systems",
  validateSearch: assetSearch,
  component: lazy.assets,
});
const seen = createRoute({
  getParentRoute: under,
  path: "/systems/seen",
  validateSearch: seenSearch,
  component: lazy.seen,
});
const assess = createRoute({
  getParentRoute: under,
  path: "/systems/$id/assess",
  validateSearch: assessSearch,
  component: lazy.assess,
});
const assessment = createRoute({
  getParentRoute: under,
  path: "/systems/$id/assessments/$assessment",
  component: lazy.assessment,
});
const storage = createRoute({
  getParentRoute: under,
  path: "/storage",
  validateSearch: storageSearch,
  component: lazy.storage,
});
const retention = createRoute({ getParentRoute: under, path: "/storage/retention", component: lazy.retention });
const holds = createRoute({
  getParentRoute: under,
  path: "/storage/holds",
  validateSearch: holdSearch,
  component: lazy.holds,
});
const settings = createRoute({
  getParentRoute: under,
  path: "/settings",
  beforeLoad: () => {
    throw redirect({ to: "/settings/profile" });
  },
});
const profile = createRoute({ getParentRoute: under, path: "/settings/profile", component: lazy.profile });
const security = createRoute({ getParentRoute: under, path: "/settings/security", component: lazy.security });
const policy = createRoute({ getParentRoute: under, path: "/settings/policy", component: lazy.policy });
const approvals = createRoute({
  getParentRoute: under,
  path: "/settings/approvals",
  validateSearch: approvalSearch,
  component: lazy.approvals,
});
const users = createRoute({ getParentRoute: under, path: "/settings/users", component: lazy.users });
const roles = createRoute({ getParentRoute: under, path: "/settings/roles", component: lazy.roles });
const tokens = createRoute({ getParentRoute: under, path: "/settings/tokens", component: lazy.tokens });
const serviceAccounts = createRoute({
  getParentRoute: under,
  path: "/settings/service-accounts",
  component: lazy.serviceAccounts,
});
const audit = createRoute({
  getParentRoute: under,
  path: "/settings/audit",
  validateSearch: auditSearch,
  component: lazy.audit,
});
const entity = createRoute({
  getParentRoute: under,
  path: "/entities/$kind/$value",
  validateSearch: entitySearch,
  component: lazy.entity,
});
const processTree = createRoute({
  getParentRoute: under,
  path: "/process-tree",
  validateSearch: treeSearch,
  component: lazy.processTree,
});
const sessions = createRoute({
  getParentRoute: under,
  path: "/sessions",
  validateSearch: sessionSearch,
  component: lazy.sessions,
});
const notebooks = createRoute({
  getParentRoute: under,
  path: "/hunt/notebooks",
  validateSearch: notebookListSearch,
  component: lazy.notebooks,
});
const notebook = createRoute({
  getParentRoute: under,
  path: "/hunt/notebooks/$id",
  validateSearch: notebookSearch,
  component: lazy.notebook,
});

const notices = createRoute({
  getParentRoute: under,
  path: "/notices",
  validateSearch: noticeSearch,
  component: lazy.notices,
});
const noticeRules = createRoute({
  getParentRoute: under,
  path: "/settings/notices",
  component: lazy.noticeRules,
});
const destinations = createRoute({
  getParentRoute: under,
  path: "/settings/destinations",
  validateSearch: destinationSearch,
  component: lazy.destinations,
});

const roster = createRoute({
  getParentRoute: under,
  path: "/people",
  validateSearch: rosterSearch,
  component: lazy.roster,
});
const shifts = createRoute({
  getParentRoute: under,
  path: "/people/shifts",
  validateSearch: shiftSearch,
  component: lazy.shifts,
});
const escalations = createRoute({ getParentRoute: under, path: "/people/escalations", component: lazy.escalations });
const handovers = createRoute({
  getParentRoute: under,
  path: "/people/handovers",
  validateSearch: handoverSearch,
  component: lazy.handovers,
});

/** Plain `a=b&c=d`: links people read, shorten and paste into a hand-over note. */
export const router = createRouter({
  routeTree: root.addChildren([
    home,
    setup,
    oidcReturn,
    watch,
    wall,
    alerts,
    figures,
    cases,
    casePage,
    hunt,
    savedHunts,
    rules,
    imports,
    coverage,
    newRule,
    rule,
    editRule,
    attack,
    retroHunts,
    sensors,
    connect,
    parsers,
    parserTrial,
    assets,
    seen,
    assess,
    assessment,
    storage,
    retention,
    holds,
    settings,
    profile,
    security,
    policy,
    approvals,
    users,
    roles,
    tokens,
    serviceAccounts,
    audit,
    entity,
    processTree,
    sessions,
    notebooks,
    notebook,
    notices,
    noticeRules,
    destinations,
    roster,
    shifts,
    escalations,
    handovers,
  ]),
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const params = new URLSearchParams();
    for (const [key, value] of Object.entries(search)) {
      if (value !== undefined && value !== "") params.set(key, String(value));
    }
    const text = params.toString();
    return text === "" ? "" : `?${text}`;
  },
  defaultPreload: "intent",
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
