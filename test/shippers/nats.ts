/** A real NATS server with a stream, and a producer that publishes numbered lines until each is acknowledged. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection, type NodeConnectionOptions } from "@nats-io/transport-node";
import { freePort } from "../faults/server-child.ts";
import type { Installed } from "./installed.ts";
import { RunningShipper } from "./running.ts";

export const STREAM = "LOGS";

export class NatsBus {
  readonly port: number;
  readonly #shipper: Installed;
  readonly #file: string;
  #running: RunningShipper | undefined;

  private constructor(shipper: Installed, port: number, file: string) {
    this.#shipper = shipper;
    this.port = port;
    this.#file = file;
  }

  /** `more`: further lines of the server's configuration. */
  static async start(shipper: Installed, dir: string, more = ""): Promise<NatsBus> {
    const port = await freePort();
    const file = join(dir, `nats-${port}.conf`);
    const store = JSON.stringify(join(dir, `jetstream-${port}`));
    writeFileSync(file, `listen: "127.0.0.1:${port}"\njetstream { store_dir: ${store} }\n${more}\n`);
    const bus = new NatsBus(shipper, port, file);
    await bus.restart();
    return bus;
  }

  get output(): string {
    return this.#running?.output ?? "";
  }

  async restart(): Promise<void> {
    this.#running = new RunningShipper(this.#shipper, ["-c", this.#file]);
    for (let tries = 0; !/Server is ready/u.test(this.#running.output); tries++) {
      if (tries > 400) throw new Error(`the bus does not start: ${this.#running.output}`);
      await pause(25);
    }
  }

  async kill(): Promise<void> {
    await this.#running?.kill();
  }

  async stop(): Promise<void> {
    await this.#running?.stop();
  }

  connect(options: NodeConnectionOptions = {}): Promise<NatsConnection> {
    return connect({ servers: `127.0.0.1:${this.port}`, maxReconnectAttempts: -1, reconnectTimeWait: 100, ...options });
  }

  async makeStream(subjects: readonly string[] = ["logs.>"], options: NodeConnectionOptions = {}): Promise<void> {
    const link = await this.connect(options);
    const manager = await jetstreamManager(link);
    await manager.streams.add({ name: STREAM, subjects: [...subjects] });
    await link.close();
  }

  /** Publishes `payload(n)` for n in [from, to), each until it is acknowledged, some hundred at once. */
  async publish(
    range: { readonly from: number; readonly to: number },
    payload: (n: number) => string | Uint8Array,
    subject: (n: number) => string = () => "logs.web-1",
  ): Promise<void> {
    const link = await this.connect();
    const js = jetstream(link, { timeout: 5_000 });
    let next = range.from;
    const worker = async (): Promise<void> => {
      while (next < range.to) {
        const n = next++;
        while (!(await acknowledged(js.publish(subject(n), payload(n), { msgID: String(n) })))) await pause(200);
      }
    };
    await Promise.all(Array.from({ length: 256 }, worker));
    await link.close();
  }
}

async function acknowledged(publishing: Promise<unknown>): Promise<boolean> {
  return publishing.then(
    () => true,
    () => false,
  );
}
