/** What the network sensors write: Zeek JSON (with `_path`) and Suricata EVE. */
import type { Instant } from "../../../kernel/index.ts";
import { offset, type ScenarioLine } from "./line.ts";
import type { SeededRandom } from "./random.ts";
import type { FieldMap, Scenario } from "./scenario.ts";

export interface Flow {
  readonly from: string;
  readonly to: string;
  readonly port: number;
}

/** Ports of the control network; their traffic is seen by its own sensor. */
const CONTROL_PORTS: ReadonlySet<number> = new Set([102, 502, 2404, 4840, 20_000, 44_818]);

export class NetworkLines {
  readonly #scenario: Scenario;
  readonly #random: SeededRandom;

  constructor(scenario: Scenario, random: SeededRandom) {
    this.#scenario = scenario;
    this.#random = random;
  }

  zeek(log: string, time: Instant, traffic: Flow & { readonly fields: FieldMap }): ScenarioLine {
    const { office, control } = this.#scenario.sensors;
    const record: FieldMap = {
      _path: log,
      _write_ts: new Date(time + 400).toISOString(),
      ts: new Date(time).toISOString(),
      uid: this.#random.zeekUid(),
      "id.orig_h": traffic.from,
      "id.orig_p": this.#random.between(49_152, 65_535),
      "id.resp_h": traffic.to,
      "id.resp_p": traffic.port,
      ...traffic.fields,
    };
    const sensor = CONTROL_PORTS.has(traffic.port) ? control : office;
    return { time, sensor, format: "zeek-json", raw: JSON.stringify(record) };
  }

  suricata(event: string, time: Instant, traffic: Flow & { readonly fields: FieldMap }): ScenarioLine {
    const { utcOffsetMinutes, sensors } = this.#scenario;
    const local = new Date(time + utcOffsetMinutes * 60_000).toISOString().slice(0, -1);
    const record: FieldMap = {
      timestamp: `${local}000${offset(utcOffsetMinutes, "")}`,
      flow_id: this.#random.between(100_000_000, 999_999_999_999),
      in_iface: "eth1",
      event_type: event,
      src_ip: traffic.from,
      src_port: this.#random.between(49_152, 65_535),
      dest_ip: traffic.to,
      dest_port: traffic.port,
      proto: "TCP",
      ...traffic.fields,
    };
    return { time, sensor: sensors.ids, format: "suricata-eve", raw: JSON.stringify(record) };
  }
}
