import { createHash, randomUUID } from "node:crypto";
import { ContentFault, type ContentProblem, Fault } from "../../../kernel/index.ts";
import type { Records } from "../../../platform/db/index.ts";
import { yamlParser } from "../../../platform/yaml/index.ts";
import { mainOf } from "../core/plannable.ts";
import type { RuleDocument } from "../core/references.ts";
import { type LogSourceMap, parseRules } from "../core/sigma/index.ts";
import { keepVersions, type RuleAction } from "../history/store.ts";
import { MAX_OWN_RULES } from "../limits.ts";
import { putChoice } from "../store.ts";
import { type Catalogue, type LibraryRule, OWN } from "./catalogue.ts";
import { unfitIn } from "./fitness.ts";
import type { Asker, Effect, Ledger } from "./ledger.ts";
import { deleteOwnRule, putOwnRule } from "./store.ts";

interface Deps {
  readonly records: Records;
  readonly ledger: Ledger;
  readonly catalogue: Catalogue;
  readonly logSources: LogSourceMap;
}

/** The document people mean, and the parts a translated aggregation brings along. */
interface OwnText {
  readonly text: string;
  readonly main: RuleDocument;
  readonly parts: readonly RuleDocument[];
}

/** Name under which complaints speak of a text that was sent. */
const FILE = "rule.yml";

/** Rules written here: created, edited with a version check, deleted; every text that was is kept. */
export class OwnRules {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  create(given: string, by: Asker): Promise<LibraryRule> {
    const { catalogue } = this.#deps;
    const own = this.#read(given);
    return catalogue.exclusive(async () => {
      const written = catalogue
        .all()
        .filter(({ origin, rule }) => origin === OWN && catalogue.mainOf(rule) === undefined).length;
      if (written >= MAX_OWN_RULES) {
        const limit = { limit: MAX_OWN_RULES };
        throw new Fault("too_large", "detection.own.too_many", "too many rules written here", limit);
      }
      for (const { id } of [own.main, ...own.parts]) {
        const known = catalogue.find(id);
        if (known === undefined) continue;
        const params = { id, title: known.rule.title, origin: known.origin };
        throw new Fault("conflict", "detection.own.id_taken", "another rule has this id", params);
      }
      await this.#put(own, { by, action: "created", verb: "detection.own.created" }, async (tx, stamp) => {
        // An earlier rule of this id may have been on; this text has not been tried yet.
        await putChoice(tx, { ruleId: own.main.id, enabled: false, ...stamp });
      });
      return catalogue.get(own.main.id);
    });
  }

  edit(id: string, change: { readonly text: string; readonly version: string }, by: Asker): Promise<LibraryRule> {
    const { catalogue } = this.#deps;
    return catalogue.exclusive(async () => {
      const known = this.#own(id);
      if (known.rule.version !== change.version) {
        const params = { id, version: known.rule.version };
        throw new Fault("conflict", "detection.own.conflict", "the rule was changed by somebody else", params);
      }
      const own = this.#read(change.text, id);
      if (own.main.id !== id)
        throw new Fault("invalid", "detection.own.id_changed", "a rule keeps its id", { id, given: own.main.id });
      for (const { id: part } of own.parts) {
        const taken = catalogue.find(part);
        if (taken === undefined || (taken.origin === OWN && catalogue.mainOf(taken.rule)?.id === id)) continue;
        throw new Fault("conflict", "detection.own.id_taken", "another rule has this id", { id: part });
      }
      if (own.text !== known.text) await this.#put(own, { by, action: "edited", verb: "detection.own.edited" });
      return catalogue.get(id);
    });
  }

  remove(id: string, by: Asker): Promise<void> {
    const { catalogue, ledger } = this.#deps;
    return catalogue.exclusive(async () => {
      const { rule } = this.#own(id);
      const details = { title: rule.title };
      const history = [{ ruleId: id, action: "deleted" as const, details, version: rule.version }];
      const entry = { verb: "detection.own.deleted", object: { kind: "rule", id }, details, history };
      await ledger.write(by, entry, (tx) => deleteOwnRule(tx, id));
      await catalogue.load();
    });
  }

  #own(id: string): LibraryRule {
    const known = this.#deps.catalogue.get(id);
    if (known.origin === OWN && this.#deps.catalogue.mainOf(known.rule) === undefined) return known;
    throw new Fault("conflict", "detection.own.not_own", "only rules written here can be changed", { id });
  }

  async #put(
    own: OwnText,
    deed: { readonly by: Asker; readonly action: RuleAction; readonly verb: string },
    also?: Effect,
  ): Promise<void> {
    const { ledger, catalogue } = this.#deps;
    const { id, version, title } = own.main;
    const details = { title, version };
    const history = [{ ruleId: id, action: deed.action, details: { title }, version }];
    await ledger.write(
      deed.by,
      { verb: deed.verb, object: { kind: "rule", id }, details, history },
      async (tx, stamp) => {
        const parsed = JSON.stringify([own.main, ...own.parts]);
        await putOwnRule(tx, { ruleId: id, version, text: own.text, parsed, ...stamp });
        await also?.(tx, stamp);
        await keepVersions(tx, [{ ruleId: id, version, text: own.text, ...stamp }]);
      },
    );
    await catalogue.load();
  }

  /** One document that would run. A text that states no id gets one. */
  #read(given: string, id: string = randomUUID()): OwnText {
    const { main, parts } = this.#parse(given);
    if (main.id !== `sigma-${main.version}`) return { text: given, main, parts };
    const lines = given.split("\n");
    const text = [...lines.slice(0, main.line - 1), `id: ${id}`, ...lines.slice(main.line - 1)].join("\n");
    const named = this.#parse(text);
    if (named.main.id === id) return { text, ...named };
    const problem = { file: FILE, line: main.line, code: "detection.own.id_missing", message: "the rule states no id" };
    throw refused([{ ...problem, hint: `add "id: ${id}"` }]);
  }

  #parse(text: string): Omit<OwnText, "text"> {
    const version = createHash("sha256").update(text).digest("hex").slice(0, 32);
    const parsed = parseRules(text, { documents: yamlParser, file: FILE, version });
    const documents = [...parsed.correlations, ...parsed.rules, ...parsed.filters];
    const problems = [...parsed.problems, ...documents.flatMap((rule) => unfitIn(rule, this.#deps.logSources))];
    if (problems.length > 0) throw refused(problems);
    const find = (id: string) => documents.flatMap((rule) => (rule.id === id ? [{ rule }] : []))[0];
    const [main, ...others] = documents.filter((rule) => mainOf(rule, find) === undefined);
    if (main !== undefined && others.length === 0) return { main, parts: documents.filter((rule) => rule !== main) };
    const message = `a rule of one's own is one document, this text holds ${others.length + (main === undefined ? 0 : 1)}`;
    throw refused([{ file: FILE, line: 0, code: "detection.own.one_document", message }]);
  }
}

function refused(problems: readonly ContentProblem[]): ContentFault {
  return new ContentFault("detection.own.refused", "the text is not a rule that runs", problems);
}
