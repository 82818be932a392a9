import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Door, isFault } from "../kernel/index.ts";
import {
  DoorCounters,
  FolderWatch,
  listenNetflow,
  listenSyslogTcp,
  listenSyslogTls,
  listenSyslogUdp,
  type SyslogListener,
  type WatchedFolder,
} from "../modules/ingest/index.ts";
import type { Journal } from "../modules/lake/index.ts";
import { openMembers } from "../platform/archive/index.ts";
import type { Clock } from "../platform/clock/index.ts";
import type { Config } from "../platform/config/index.ts";
import type { Log } from "../platform/log/index.ts";
import { netflowExporters, tlsSettings, watchedFolders } from "./door-settings.ts";
import { journalSink } from "./sink.ts";

const HOUR_MS = 3_600_000;

export interface DoorState {
  readonly name: string;
  readonly address: string;
  readonly received: number;
  readonly dropped: number;
  readonly connections: number | null;
}

/** The doors that the settings open beside HTTP, and what they lost. */
export class Doors {
  readonly #deps: { config: Config; journal: Journal; clock: Clock; log: Log };
  /** Of the HTTP doors, by sensor. */
  readonly counters = new DoorCounters();
  readonly #listeners: { name: Door; listener: SyslogListener }[] = [];
  #folders: FolderWatch | undefined;
  /** Dropped so far, sampled: the loss of the last hour is a difference of two samples. */
  readonly #samples: { at: number; dropped: number }[] = [];

  constructor(deps: { config: Config; journal: Journal; clock: Clock; log: Log }) {
    this.#deps = deps;
  }

  async open(): Promise<void> {
    const { config, journal, clock, log } = this.#deps;
    const shared = { sink: journalSink(journal), now: () => clock.now(), instance: crypto.randomUUID() };
    const syslog = { ...shared, host: config.syslogHost };
    if (config.syslogUdpPort !== 0)
      this.#add("syslog-udp", await listenSyslogUdp({ ...syslog, port: config.syslogUdpPort }));
    if (config.syslogTcpPort !== 0)
      this.#add("syslog-tcp", await listenSyslogTcp({ ...syslog, port: config.syslogTcpPort }));
    const tls = tlsSettings(config);
    if (tls !== undefined)
      this.#add("syslog-tls", await listenSyslogTls({ ...syslog, ...tls, port: config.syslogTlsPort }));
    const exporters = netflowExporters(config);
    if (exporters !== undefined) {
      const at = { host: config.netflowHost, port: config.netflowPort };
      this.#add("netflow", await listenNetflow({ ...shared, ...at, exporters }));
    }
    await this.#watch(watchedFolders(config));
    for (const { name, listener } of this.#listeners)
      log.info({ door: name, host: listener.host, port: listener.port }, "door open");
  }

  async close(): Promise<void> {
    await Promise.allSettled([this.#folders?.close(), ...this.#listeners.map(({ listener }) => listener.close())]);
  }

  #add(name: Door, listener: SyslogListener): void {
    this.#listeners.push({ name, listener });
  }

  async #watch(folders: readonly WatchedFolder[]): Promise<void> {
    if (folders.length === 0) return;
    const { config, journal, clock, log } = this.#deps;
    const dir = join(config.dataDir, "watch");
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const watching = FolderWatch.open({
      folders,
      positionsFile: join(dir, "positions.json"),
      sink: journalSink(journal),
      clock,
      counters: this.counters,
      log,
      openArchive: openMembers,
    });
    try {
      this.#folders = await watching;
    } catch (error) {
      if (!isFault(error)) throw error;
      // Without positions everything would be sent again; the other doors need not wait until someone has decided that.
      log.error({ door: "watch", code: error.code, detail: error.message }, "folders are not watched");
      return;
    }
    log.info({ door: "watch", folders: folders.map(({ path }) => path) }, "folders watched");
  }

  states(): DoorState[] {
    return this.#listeners.map(({ name, listener }) => {
      const stats = listener.stats();
      return {
        name,
        address: `${listener.host}:${listener.port}`,
        received: stats.received,
        dropped: stats.dropped + stats.tooLong + (stats.kernelDropped ?? 0),
        connections: name === "syslog-tcp" || name === "syslog-tls" ? stats.connections : null,
      };
    });
  }

  /** To be called every minute. */
  sample(): void {
    const at = this.#deps.clock.now();
    this.#samples.push({ at, dropped: this.#dropped() });
    while ((this.#samples[0]?.at ?? at) < at - HOUR_MS) this.#samples.shift();
  }

  droppedLastHour(): number {
    return this.#dropped() - (this.#samples[0]?.dropped ?? 0);
  }

  #dropped(): number {
    return this.states().reduce((sum, { dropped }) => sum + dropped, 0);
  }
}
