/** What the server pushes to browsers. Names and payloads are the `event:` lines of GET /api/v1/live. */
export interface LiveMessage {
  readonly event:
    | "alerts"
    | "ingest"
    | "exercise"
    | "sensors"
    | "rules"
    | "cases"
    | "assets"
    | "notices"
    | "people"
    | "approvals"
    | "identity"
    | "presence";
  readonly data: unknown;
  /** Ids of the people it is for; without it everybody whose role may read it. */
  readonly audience?: ReadonlySet<string>;
}

/** In-process fan-out. Messages are hints to look again, never the only copy of anything: losing one loses nothing. */
export class LiveChannel {
  readonly #listeners = new Set<(message: LiveMessage) => void>();

  publish(message: LiveMessage): void {
    for (const listener of this.#listeners) listener(message);
  }

  subscribe(listener: (message: LiveMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }
}
