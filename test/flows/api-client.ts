/** The HTTP API as a caller outside sees it. */
export interface Answer<Body = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Body;
}

export interface Receipt {
  readonly accepted: number;
  readonly rejected: readonly { readonly line: number; readonly code: string; readonly detail: string }[];
  readonly rejectedTotal: number;
}

export class ApiClient {
  readonly #url: URL;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(url: URL, headers: Readonly<Record<string, string>>) {
    this.#url = url;
    this.#headers = headers;
  }

  static async signIn(url: URL, who: { username: string; password: string }): Promise<ApiClient> {
    const answer = await fetch(new URL("/api/v1/session", url), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(who),
    });
    if (answer.status !== 200) throw new Error(`sign-in of ${who.username}: ${answer.status}`);
    const { csrfToken } = (await answer.json()) as { csrfToken: string };
    const cookie = answer.headers
      .getSetCookie()
      .map((one) => one.split(";", 1)[0])
      .join("; ");
    return new ApiClient(url, { cookie, "x-csrf-token": csrfToken });
  }

  async ask<Body>(
    method: string,
    path: string,
    sent: { body?: RequestInit["body"]; headers?: Record<string, string> } = {},
  ): Promise<Answer<Body>> {
    const init: RequestInit = { method, headers: { ...this.#headers, ...sent.headers } };
    if (sent.body !== undefined) Object.assign(init, { body: sent.body, duplex: "half" });
    const answer = await fetch(new URL(path, this.#url), init);
    const text = await answer.text();
    const json =
      answer.headers.get("content-type")?.includes("json") === true &&
      !answer.headers.get("content-type")?.includes("ndjson");
    return {
      status: answer.status,
      headers: answer.headers,
      text,
      body: (json && text !== "" ? JSON.parse(text) : undefined) as Body,
    };
  }

  /** The body of a 200 answer; anything else is an error that names the problem. */
  async get<Body>(path: string): Promise<Body> {
    const answer = await this.ask<Body>("GET", path);
    if (answer.status !== 200) throw new Error(`GET ${path}: ${answer.status} ${answer.text.slice(0, 500)}`);
    return answer.body;
  }

  /** The bytes of a download that is asked for with a POST. */
  async download(path: string): Promise<Uint8Array> {
    const headers = { ...this.#headers, "content-type": "application/json" };
    const answer = await fetch(new URL(path, this.#url), { method: "POST", headers, body: "{}" });
    if (answer.status !== 200) throw new Error(`POST ${path}: ${answer.status} ${(await answer.text()).slice(0, 500)}`);
    return new Uint8Array(await answer.arrayBuffer());
  }

  /** What a stream says within a time. */
  async listen(path: string, ms: number): Promise<string> {
    const answer = await fetch(new URL(path, this.#url), { headers: this.#headers, signal: AbortSignal.timeout(ms) });
    let text = "";
    const decoder = new TextDecoder();
    try {
      for await (const chunk of answer.body ?? []) text += decoder.decode(chunk, { stream: true });
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "TimeoutError")) throw error;
    }
    return text;
  }

  post<Body>(path: string, value: unknown): Promise<Answer<Body>> {
    return this.ask("POST", path, { body: JSON.stringify(value), headers: { "content-type": "application/json" } });
  }

  /** Every item of a list that is read with cursors. */
  async all<Item>(path: string): Promise<Item[]> {
    const items: Item[] = [];
    let cursor: string | null = null;
    do {
      const separator = path.includes("?") ? "&" : "?";
      const next: string = cursor === null ? path : `${path}${separator}cursor=${encodeURIComponent(cursor)}`;
      const page: { items: Item[]; nextCursor: string | null } = await this.get(next);
      items.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return items;
  }

  /** A delivery through the door of logs. */
  deliver(
    body: RequestInit["body"],
    options: { query?: Record<string, string>; type?: string; encoding?: string } = {},
  ): Promise<Answer<Receipt>> {
    const query = new URLSearchParams(options.query).toString();
    return this.ask("POST", `/api/v1/events${query === "" ? "" : `?${query}`}`, {
      body,
      headers: {
        "content-type": options.type ?? "application/x-ndjson",
        ...(options.encoding === undefined ? {} : { "content-encoding": options.encoding }),
      },
    });
  }
}
