import { listenSyslogTcp, listenSyslogUdp, type SyslogListener } from "../modules/ingest/index.ts";
import type { Journal } from "../modules/lake/index.ts";
import type { Clock } from "../platform/clock/index.ts";
import type { Config } from "../platform/config/index.ts";
import type { Log } from "../platform/log/index.ts";
import { journalSink } from "./sink.ts";

const HOUR_MS = 3_600_000;

export interface DoorState {
  readonly name: string;
  readonly address: string;
  readonly received: number;
  readonly dropped: number;
  readonly connections: number | null;
}

/** The syslog doors that the settings open, and what they lost. */
export class Doors {
  readonly #deps: { config: Config; journal: Journal; clock: Clock; log: Log };
  readonly #listeners: { name: string; listener: SyslogListener }[] = [];
  /** Dropped so far, sampled: the loss of the last hour is a difference of two samples. */
  readonly #samples: { at: number; dropped: number }[] = [];

  constructor(deps: { config: Config; journal: Journal; clock: Clock; log: Log }) {
    this.#deps = deps;
  }

  async open(): Promise<void> {
    const { config, journal, clock, log } = this.#deps;
    const shared = {
      host: config.syslogHost,
      sink: journalSink(journal),
      now: () => clock.now(),
      instance: crypto.randomUUID(),
    };
    if (config.syslogUdpPort !== 0) {
      this.#listeners.push({
        name: "syslog-udp",
        listener: await listenSyslogUdp({ ...shared, port: config.syslogUdpPort }),
      });
    }
    if (config.syslogTcpPort !== 0) {
      this.#listeners.push({
        name: "syslog-tcp",
        listener: await listenSyslogTcp({ ...shared, port: config.syslogTcpPort }),
      });
    }
    for (const { name, listener } of this.#listeners)
      log.info({ door: name, host: listener.host, port: listener.port }, "door open");
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#listeners.map(({ listener }) => listener.close()));
  }

  states(): DoorState[] {
    return this.#listeners.map(({ name, listener }) => {
      const stats = listener.stats();
      return {
        name,
        address: `${listener.host}:${listener.port}`,
        received: stats.received,
        dropped: stats.dropped + stats.tooLong + (stats.kernelDropped ?? 0),
        connections: name === "syslog-tcp" ? stats.connections : null,
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
