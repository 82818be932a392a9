/**
 * The files of a TLS door, followed while it is open: certificates that are renewed every few weeks must not need a
 * restart. Read by content, not by time of change: certificate managers swap links, and clocks go wrong.
 */
import { readFile } from "node:fs/promises";
import { Fault, isFault } from "../../../kernel/index.ts";
import type { Log } from "../../../platform/log/index.ts";
import { TLS_FILES_POLL_MS } from "../limits.ts";
import type { TlsListener } from "./tls.ts";
import type { TlsMaterial } from "./tls-material.ts";

export interface TlsFilePaths {
  readonly certificate: string;
  readonly key: string;
  readonly authorities: string;
}

export interface TlsFilesOptions {
  readonly paths: TlsFilePaths;
  readonly inUse: TlsMaterial;
  readonly listener: TlsListener;
  readonly log: Log;
  readonly everyMs?: number;
}

export class TlsFiles {
  readonly #options: TlsFilesOptions;
  readonly #timer: NodeJS.Timeout;
  #inUse: string;
  /** The last that could not be used: told once. */
  #bad: string | undefined;
  #problem: Fault | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(options: TlsFilesOptions) {
    this.#options = options;
    this.#inUse = joined(options.inUse);
    this.#timer = setInterval(() => void this.look(), options.everyMs ?? TLS_FILES_POLL_MS);
    this.#timer.unref();
  }

  /** Why what the files hold now is not what the door uses; undefined when it is. */
  get problem(): Fault | undefined {
    return this.#problem;
  }

  look(): Promise<void> {
    this.#looking = this.#looking.then(() => this.#look());
    return this.#looking;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  async #look(): Promise<void> {
    const found = await this.#read();
    if (isFault(found)) {
      this.#tell(found.message, found);
      return;
    }
    const text = joined(found);
    if (text === this.#inUse) {
      this.#problem = undefined;
      this.#bad = undefined;
      return;
    }
    if (text === this.#bad) return;
    try {
      this.#options.listener.renew(found);
    } catch (error) {
      if (!isFault(error)) throw error;
      this.#tell(text, error);
      return;
    }
    this.#inUse = text;
    this.#problem = undefined;
    this.#bad = undefined;
    const until = new Date(this.#options.listener.certificateUntil).toISOString();
    this.#options.log.info({ door: "syslog-tls", until }, "certificate renewed");
  }

  #tell(bad: string, problem: Fault): void {
    this.#problem = problem;
    if (this.#bad === bad) return;
    this.#bad = bad;
    const { code, message: detail } = problem;
    this.#options.log.error({ door: "syslog-tls", code, detail }, "the new certificate files are not used");
  }

  async #read(): Promise<TlsMaterial | Fault> {
    const { certificate, key, authorities } = this.#options.paths;
    try {
      const read = (file: string): Promise<string> => readFile(file, "utf8");
      return { certificate: await read(certificate), key: await read(key), authorities: await read(authorities) };
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      return new Fault("unavailable", "ingest.tls.unreadable", detail, { detail });
    }
  }
}

function joined({ certificate, key, authorities }: TlsMaterial): string {
  return [certificate, key, authorities].join("\0");
}
