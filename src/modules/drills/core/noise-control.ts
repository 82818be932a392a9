/** The control network: polling, over and over, by the one server that may. */
import type { NoiseContext, NoiseWriter } from "./noise-context.ts";
import type { ControlProtocol, NoiseKind } from "./scenario.ts";
import { hostNamed } from "./storyline.ts";

type ControlKind = Extract<NoiseKind, "modbusRead" | "s7Read" | "dnp3Read" | "iec104Connection">;

const MODBUS_READS = ["READ_HOLDING_REGISTERS", "READ_INPUT_REGISTERS", "READ_COILS", "READ_DISCRETE_INPUTS"] as const;

export function controlNoise({ scenario, writers: { network } }: NoiseContext): Record<ControlKind, NoiseWriter> {
  const from = hostNamed(scenario, scenario.poller).address;
  const speaking = (protocol: ControlProtocol): string[] =>
    scenario.hosts.filter(({ speaks }) => speaks === protocol).map(({ address }) => address);
  const [modbus, s7, remote] = [speaking("modbus"), speaking("s7"), speaking("dnp3")];
  return {
    modbusRead: (time, random) => {
      const fields = { tid: random.between(1, 65_535), unit: 1, func: random.pick(MODBUS_READS), pdu_type: "REQ" };
      return network.zeek("modbus", time, { from, to: random.pick(modbus), port: 502, fields });
    },
    s7Read: (time, random) => {
      const fields = {
        is_orig: true,
        rosctr_code: 1,
        rosctr_name: "Job Request",
        pdu_reference: random.between(1, 65_535),
        function_code: "0x04",
        function_name: "Read Variable",
      };
      return network.zeek("s7comm", time, { from, to: random.pick(s7), port: 102, fields });
    },
    dnp3Read: (time, random) => {
      const fields = { fc_request: "READ", fc_reply: "RESPONSE", iin: 0 };
      return network.zeek("dnp3", time, { from, to: random.pick(remote), port: 20_000, fields });
    },
    iec104Connection: (time, random) => {
      const fields = {
        proto: "tcp",
        duration: random.between(20, 600) / 10,
        orig_bytes: random.between(120, 900),
        resp_bytes: random.between(400, 4_000),
        conn_state: "S1",
        local_orig: true,
        local_resp: true,
        history: "ShADad",
        orig_pkts: random.between(8, 60),
        resp_pkts: random.between(8, 60),
      };
      return network.zeek("conn", time, { from, to: random.pick(remote), port: 2404, fields });
    },
  };
}
