import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Door, type Fault, isFault } from "../kernel/index.ts";
import {
  DoorCounters,
  FolderWatch,
  listenNetflow,
  listenSyslogTcp,
  listenSyslogTls,
  listenSyslogUdp,
  NatsDoor,
  type SyslogListener,
  TlsFiles,
  type TlsListener,
  type WatchedFolder,
} from "../modules/ingest/index.ts";
import type { Journal } from "../modules/lake/index.ts";
import { openMembers } from "../platform/archive/index.ts";
import type { Clock } from "../platform/clock/index.ts";
import type { Config } from "../platform/config/index.ts";
import type { EgressGate } from "../platform/egress/index.ts";
import type { Log } from "../platform/log/index.ts";
import { natsSettings, netflowExporters, tlsPaths, tlsSettings, watchedFolders } from "./door-settings.ts";
import { certificateState, type DoorState, httpDoorStates, natsState, socketState, watchState } from "./door-states.ts";
import { journalSink } from "./sink.ts";

const HOUR_MS = 3_600_000;

export interface DoorsDeps {
  readonly config: Config;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Log;
  readonly egress: EgressGate;
}

/** The doors that the settings open beside HTTP, and what they lost. */
export class Doors {
  readonly #deps: DoorsDeps;
  /** Of the HTTP doors and the watched folders, by sensor. */
  readonly counters = new DoorCounters();
  readonly #listeners: { name: Door; listener: SyslogListener }[] = [];
  #tls: { readonly listener: TlsListener; readonly files: TlsFiles } | undefined;
  #nats: NatsDoor | undefined;
  #folders: FolderWatch | undefined;
  #foldersProblem: Fault | undefined;
  /** Dropped so far, sampled: the loss of the last hour is a difference of two samples. */
  readonly #samples: { at: number; dropped: number }[] = [];

  constructor(deps: DoorsDeps) {
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
    if (tls !== undefined) {
      const listener = await listenSyslogTls({ ...syslog, ...tls, port: config.syslogTlsPort });
      this.#tls = { listener, files: new TlsFiles({ paths: tlsPaths(config), inUse: tls, listener, log }) };
      this.#add("syslog-tls", listener);
    }
    const exporters = netflowExporters(config);
    if (exporters !== undefined) {
      const at = { host: config.netflowHost, port: config.netflowPort };
      this.#add("netflow", await listenNetflow({ ...shared, ...at, exporters }));
    }
    this.#fetch(shared);
    await this.#watch(watchedFolders(config));
    for (const { name, listener } of this.#listeners)
      log.info({ door: name, host: listener.host, port: listener.port }, "door open");
  }

  async close(): Promise<void> {
    await Promise.allSettled([
      this.#folders?.close(),
      this.#nats?.close(),
      this.#tls?.files.close(),
      ...this.#listeners.map(({ listener }) => listener.close()),
    ]);
  }

  #add(name: Door, listener: SyslogListener): void {
    this.#listeners.push({ name, listener });
  }

  #fetch(shared: { sink: ReturnType<typeof journalSink>; now: () => number; instance: string }): void {
    const { config, log, egress } = this.#deps;
    const settings = natsSettings(config);
    if (settings === undefined) return;
    this.#nats = NatsDoor.open({
      ...shared,
      ...settings,
      permit: (destination) => egress.permitConnection("nats", destination),
      positionsFile: join(config.dataDir, "nats", "positions.json"),
      log,
    });
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
      this.#foldersProblem = error;
      log.error({ door: "watch", code: error.code, detail: error.message }, "folders are not watched");
      return;
    }
    log.info({ door: "watch", folders: folders.map(({ path }) => path) }, "folders watched");
  }

  /** `address`: where the HTTP doors are. */
  states(address: string): DoorState[] {
    const { config } = this.#deps;
    const folders = watchedFolders(config);
    return [
      ...httpDoorStates(this.counters, address),
      ...this.#listenerStates(),
      ...(this.#nats === undefined ? [] : [natsState(this.#nats)]),
      ...(folders.length === 0 ? [] : [watchState(this.counters, folders, this.#foldersProblem)]),
    ];
  }

  #listenerStates(): DoorState[] {
    return this.#listeners.map(({ name, listener }) => {
      const state = socketState(name, listener);
      if (this.#tls?.listener !== listener) return state;
      return { ...state, ...certificateState(this.#tls) };
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

  /** What was lost: nobody sends a message that was too long again, in a smaller size. */
  #dropped(): number {
    const nats = this.#nats?.stats().dropped ?? 0;
    return this.#listenerStates().reduce(
      (sum, { dropped, rejected }) => sum + dropped + (rejected.too_long ?? 0),
      nats,
    );
  }
}
