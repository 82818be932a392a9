/**
 * What an exporter has said about its records: templates and sampling. One exporter's observation domain knows nothing of
 * another's. Everything is bounded and ages: UDP senders can be forged, and templates may change without notice.
 */
import type { Instant } from "../../../../kernel/index.ts";
import {
  FLOW_TEMPLATE_LIFETIME_MS,
  MAX_FLOW_DOMAINS,
  MAX_FLOW_SAMPLERS,
  MAX_FLOW_TEMPLATES,
  MAX_FLOW_WAITING_BYTES,
  MAX_FLOW_WAITING_SETS,
} from "../../limits.ts";
import type { Element } from "./elements.ts";

/** Length of a field that states its own in each record. */
export const VARIABLE = 0xffff;

export interface TemplateField {
  readonly element: Element;
  readonly length: number;
}

export interface Template {
  readonly fields: readonly TemplateField[];
  /** Options templates describe the exporter, not flows. */
  readonly options: boolean;
  /** Shortest record of it: what is left below that is padding. Never 0. */
  readonly minLength: number;
}

/** A data set whose template has not come yet, with the header it came under. */
export interface WaitingSet<Header> {
  readonly header: Header;
  readonly id: number;
  readonly index: number;
  readonly bytes: Buffer;
}

/** Forgets the longest unused beyond `most`: a Map keeps its order, and what is used is set anew. */
function remember<Key, Value>(map: Map<Key, Value>, key: Key, value: Value, most: number): void {
  map.delete(key);
  if (map.size >= most) {
    for (const oldest of map.keys()) {
      map.delete(oldest);
      break;
    }
  }
  map.set(key, value);
}

export class FlowDomain<Header> {
  readonly #templates = new Map<number, { template: Template; at: Instant }>();
  readonly #samplers = new Map<string, number>();
  #waiting: WaitingSet<Header>[] = [];
  #waitingBytes = 0;

  template(id: number, now: Instant): Template | undefined {
    const known = this.#templates.get(id);
    if (known === undefined) return undefined;
    if (now - known.at <= FLOW_TEMPLATE_LIFETIME_MS) return known.template;
    this.#templates.delete(id);
    return undefined;
  }

  learn(id: number, template: Template, now: Instant): void {
    remember(this.#templates, id, { template, at: now }, MAX_FLOW_TEMPLATES);
  }

  withdraw(id: number): void {
    this.#templates.delete(id);
  }

  withdrawAll(options: boolean): void {
    for (const [id, { template }] of this.#templates) if (template.options === options) this.#templates.delete(id);
  }

  /** False: there is no room, and the set is lost. */
  wait(set: WaitingSet<Header>): boolean {
    const full = this.#waiting.length >= MAX_FLOW_WAITING_SETS;
    if (full || this.#waitingBytes + set.bytes.length > MAX_FLOW_WAITING_BYTES) return false;
    this.#waiting.push(set);
    this.#waitingBytes += set.bytes.length;
    return true;
  }

  /** The sets that waited for this template. */
  waited(id: number): WaitingSet<Header>[] {
    const [theirs, others] = [
      this.#waiting.filter((set) => set.id === id),
      this.#waiting.filter((set) => set.id !== id),
    ];
    this.#waiting = others;
    this.#waitingBytes = others.reduce((sum, { bytes }) => sum + bytes.length, 0);
    return theirs;
  }

  /** One packet in so many; `sampler` "" is the exporter's only one. */
  learnSampling(sampler: string, interval: number): void {
    remember(this.#samplers, sampler, interval, MAX_FLOW_SAMPLERS);
  }

  sampling(sampler: string): number | undefined {
    return this.#samplers.get(sampler) ?? this.#samplers.get("");
  }
}

export class FlowDomains<Header> {
  readonly #domains = new Map<string, FlowDomain<Header>>();

  of(exporter: string, domain: string): FlowDomain<Header> {
    const key = `${exporter} ${domain}`;
    const known = this.#domains.get(key) ?? new FlowDomain<Header>();
    remember(this.#domains, key, known, MAX_FLOW_DOMAINS);
    return known;
  }
}
