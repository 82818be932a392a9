import { Fault } from "../../kernel/index.ts";
import type { Log } from "../log/index.ts";

/**
 * The only way out of the program. Default: refuse. A destination is allowed only when the configuration names it
 * as `host:port`; every attempt, allowed or not, is told to `onAttempt` (the audit log).
 */
export interface EgressOptions {
  readonly allow: readonly string[];
  /** Destinations that a setting of their own names, allowed for its purpose alone. */
  readonly connections?: Readonly<Record<string, readonly string[]>>;
  readonly log: Log;
  readonly onAttempt?: (attempt: { destination: string; allowed: boolean }) => void;
}

export class EgressGate {
  readonly #allow: ReadonlySet<string>;
  readonly #options: EgressOptions;

  constructor(options: EgressOptions) {
    this.#allow = new Set(options.allow.map((entry) => entry.toLowerCase()));
    this.#options = options;
  }

  /** Like `fetch`, through the gate; with a purpose also to what that purpose's own setting names. Redirects are refused: each hop would need its own permission. */
  async request(url: URL, init: RequestInit = {}, purpose?: string): Promise<Response> {
    if (purpose === undefined) this.permit(url);
    else this.permitConnection(purpose, destinationOf(url));
    return fetch(url, { ...init, redirect: "error" });
  }

  /** Throws Fault egress.destination.refused unless the configuration names the destination. */
  permit(url: URL): void {
    const destination = destinationOf(url);
    this.#decide(destination, (url.protocol === "https:" || url.protocol === "http:") && this.#allow.has(destination));
  }

  /** For protocols other than HTTP: host:port, named by the setting of this purpose or by `egressAllow`. */
  permitConnection(purpose: string, destination: string): void {
    const named = this.#options.connections?.[purpose] ?? [];
    const asked = destination.toLowerCase();
    this.#decide(asked, this.#allow.has(asked) || named.some((entry) => entry.toLowerCase() === asked));
  }

  #decide(destination: string, allowed: boolean): void {
    this.#options.onAttempt?.({ destination, allowed });
    if (allowed) return;
    this.#options.log.warn({ destination }, "egress refused");
    throw new Fault("forbidden", "egress.destination.refused", `${destination} is not in egressAllow`, { destination });
  }
}

function destinationOf(url: URL): string {
  const port = url.port !== "" ? url.port : url.protocol === "https:" ? "443" : "80";
  return `${url.hostname}:${port}`.toLowerCase();
}
