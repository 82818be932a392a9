/** The attacker's steps (and the harmless ones) as log lines. */
import type { Instant } from "../../../kernel/index.ts";
import type { ScenarioLine } from "./line.ts";
import { LinuxLines } from "./linux-lines.ts";
import { NetworkLines } from "./network-lines.ts";
import type { SeededRandom } from "./random.ts";
import type { FieldData, FieldMap, Scenario, ScenarioHost, Step } from "./scenario.ts";
import { WindowsLines } from "./windows-lines.ts";

export interface Writers {
  readonly windows: WindowsLines;
  readonly network: NetworkLines;
  readonly linux: LinuxLines;
}

export function writersOf(scenario: Scenario, random: SeededRandom): Writers {
  return {
    windows: new WindowsLines(scenario, random.stream("windows")),
    network: new NetworkLines(scenario, random.stream("network")),
    linux: new LinuxLines(scenario, random.stream("linux")),
  };
}

export function hostNamed(scenario: Scenario, name: string): ScenarioHost {
  const host = scenario.hosts.find((candidate) => candidate.name === name);
  if (host === undefined) throw new RangeError(`no host ${name} in scenario ${scenario.slug}`);
  return host;
}

/** Lines of one step. `scale` shortens or stretches the repeat's interval with the whole scenario. */
export function* stepLines(
  step: Step,
  start: Instant,
  context: { scenario: Scenario; writers: Writers; random: SeededRandom; scale: number },
): Generator<ScenarioLine> {
  const { count, everySeconds } = step.repeat ?? { count: 1, everySeconds: 0 };
  for (let n = 1; n <= count; n++) {
    const time = Math.round(start + (n - 1) * everySeconds * 1_000 * context.scale);
    yield write(fill(step, n, context.random), time, context);
  }
}

function write(
  step: Step,
  time: Instant,
  { scenario, writers }: { scenario: Scenario; writers: Writers },
): ScenarioLine {
  const host = (name: string): ScenarioHost => hostNamed(scenario, name);
  switch (step.kind) {
    case "process":
      return writers.windows.processStart(host(step.host), time, step);
    case "sysmon":
      return writers.windows.sysmon(host(step.host), time, { id: step.event, fields: step.fields });
    case "windows":
      return writers.windows.event(host(step.host), time, {
        channel: step.channel,
        id: step.event,
        fields: step.fields,
      });
    case "zeek":
      return writers.network.zeek(step.log, time, { ...flow(scenario, step), fields: step.fields });
    case "suricata":
      return writers.network.suricata(step.event, time, { ...flow(scenario, step), fields: step.fields });
    case "syslog":
      return writers.linux.syslog(host(step.host), time, step);
    case "program":
      return writers.linux.program(host(step.host), time, step.argv);
    case "file":
      return writers.linux.fileWritten(host(step.host), time, step);
  }
}

function flow(scenario: Scenario, step: { from: string; to: string; port: number }) {
  return { from: addressOf(scenario, step.from), to: addressOf(scenario, step.to), port: step.port };
}

/** A host's address, or the text itself when it is an address. */
export function addressOf(scenario: Scenario, nameOrAddress: string): string {
  return scenario.hosts.find(({ name }) => name === nameOrAddress)?.address ?? nameOrAddress;
}

/** `{n}` is the repetition, `{port}` a client port, `{hexN}` N random hex digits. */
function fill(step: Step, n: number, random: SeededRandom): Step {
  const text = (value: string): string =>
    value
      .replaceAll("{n}", String(n))
      .replaceAll("{port}", () => String(random.between(32_768, 60_999)))
      .replace(/\{hex(\d{1,2})\}/g, (_, digits: string) => random.hex(Number(digits)));
  const data = (value: FieldData): FieldData => {
    if (typeof value === "string") return text(value);
    if (Array.isArray(value)) return value.map((item: FieldData) => data(item));
    if (typeof value === "object") return map(value as FieldMap);
    return value;
  };
  const map = (fields: FieldMap): FieldMap =>
    Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, data(value)]));
  switch (step.kind) {
    case "zeek":
    case "suricata":
      return { ...step, to: text(step.to), fields: map(step.fields) };
    case "sysmon":
    case "windows":
      return { ...step, fields: map(step.fields) };
    case "syslog":
      return { ...step, message: text(step.message) };
    case "process":
      return { ...step, command: text(step.command) };
    case "program":
    case "file":
      return step;
  }
}
