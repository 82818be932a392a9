/** Windows events: from workstations as NXLog writes them, from servers as nested Event JSON. */
import type { Instant } from "../../../kernel/index.ts";
import { localIso, type ScenarioLine } from "./line.ts";
import type { SeededRandom } from "./random.ts";
import type { FieldMap, Scenario, ScenarioHost, WindowsChannel } from "./scenario.ts";

interface Channel {
  readonly name: string;
  readonly provider: string;
  readonly guid?: string;
}

const SYSMON: Channel = {
  name: "Microsoft-Windows-Sysmon/Operational",
  provider: "Microsoft-Windows-Sysmon",
  guid: "{5770385F-C22A-43E0-BF4C-06F5698FFBD9}",
};

const CHANNELS: Readonly<Record<WindowsChannel, Channel>> = {
  security: {
    name: "Security",
    provider: "Microsoft-Windows-Security-Auditing",
    guid: "{54849625-5478-4994-A5BA-3E3B0328C30D}",
  },
  // The event log service itself reports that the security log was cleared.
  security_log: { name: "Security", provider: "Microsoft-Windows-Eventlog" },
  system: { name: "System", provider: "Service Control Manager" },
  powershell: { name: "Microsoft-Windows-PowerShell/Operational", provider: "Microsoft-Windows-PowerShell" },
  defender: { name: "Microsoft-Windows-Windows Defender/Operational", provider: "Microsoft-Windows-Windows Defender" },
  firewall: {
    name: "Microsoft-Windows-Windows Firewall With Advanced Security/Firewall",
    provider: "Microsoft-Windows-Windows Firewall With Advanced Security",
  },
};

export interface ProcessStart {
  readonly user: string;
  readonly image: string;
  readonly command: string;
  readonly parent: string;
  readonly parentCommand?: string;
}

export class WindowsLines {
  readonly #scenario: Scenario;
  readonly #random: SeededRandom;
  #record = 180_000;

  constructor(scenario: Scenario, random: SeededRandom) {
    this.#scenario = scenario;
    this.#random = random;
  }

  sysmon(host: ScenarioHost, time: Instant, event: { readonly id: number; readonly fields: FieldMap }): ScenarioLine {
    const common: FieldMap = {
      RuleName: "-",
      UtcTime: new Date(time).toISOString().replace("T", " ").slice(0, -1),
      ProcessGuid: this.#guid(),
      ProcessId: String(this.#random.between(1_200, 19_000)),
    };
    return this.#line(host, time, { channel: SYSMON, id: event.id, fields: { ...common, ...event.fields } });
  }

  processStart(host: ScenarioHost, time: Instant, start: ProcessStart): ScenarioLine {
    const { netbios } = this.#scenario;
    const system = start.user === "SYSTEM";
    const fields: FieldMap = {
      Image: start.image,
      FileVersion: "-",
      Description: "-",
      Product: "-",
      Company: "-",
      OriginalFileName: start.image.slice(start.image.lastIndexOf("\\") + 1),
      CommandLine: start.command,
      CurrentDirectory: "C:\\Windows\\system32\\",
      User: system ? "NT AUTHORITY\\SYSTEM" : `${netbios}\\${start.user}`,
      LogonId: system ? "0x3e7" : `0x${this.#random.hex(6)}`,
      TerminalSessionId: system ? "0" : "1",
      IntegrityLevel: system ? "System" : "Medium",
      Hashes: `SHA256=${this.#random.hex(64).toUpperCase()}`,
      ParentProcessGuid: this.#guid(),
      ParentProcessId: String(this.#random.between(600, 9_000)),
      ParentImage: start.parent,
      ParentCommandLine: start.parentCommand ?? start.parent,
    };
    return this.sysmon(host, time, { id: 1, fields });
  }

  event(
    host: ScenarioHost,
    time: Instant,
    event: { readonly channel: WindowsChannel; readonly id: number; readonly fields: FieldMap },
  ): ScenarioLine {
    return this.#line(host, time, { ...event, channel: CHANNELS[event.channel] });
  }

  #guid(): string {
    const { hex } = { hex: (digits: number) => this.#random.hex(digits) };
    return `{${hex(8)}-${hex(4)}-${hex(4)}-${hex(4)}-${hex(12)}}`;
  }

  #line(host: ScenarioHost, time: Instant, event: { channel: Channel; id: number; fields: FieldMap }): ScenarioLine {
    const record = this.#record++;
    const sensor = this.#scenario.sensors.windows;
    if (host.role === "workstation") {
      return {
        time,
        sensor,
        format: "windows-nxlog",
        raw: JSON.stringify(this.#flat(host, time, { ...event, record })),
      };
    }
    return {
      time,
      sensor,
      format: "windows-json",
      raw: JSON.stringify(this.#nested(host, time, { ...event, record })),
    };
  }

  #flat(host: ScenarioHost, time: Instant, event: Written): FieldMap {
    return {
      EventTime: localIso(time, this.#scenario.utcOffsetMinutes),
      Hostname: `${host.name}.${this.#scenario.domain}`,
      Keywords: "0x8000000000000000",
      SeverityValue: 2,
      Severity: "INFO",
      EventID: event.id,
      SourceName: event.channel.provider,
      ...(event.channel.guid === undefined ? {} : { ProviderGuid: event.channel.guid }),
      Task: 0,
      RecordNumber: event.record,
      Channel: event.channel.name,
      ...event.fields,
      SourceModuleName: "eventlog",
      SourceModuleType: "im_msvistalog",
    };
  }

  #nested(host: ScenarioHost, time: Instant, event: Written): FieldMap {
    const { provider, guid, name } = event.channel;
    return {
      Event: {
        System: {
          Provider: { "#attributes": { Name: provider, ...(guid === undefined ? {} : { Guid: guid }) } },
          EventID: event.id,
          Version: 0,
          Level: 4,
          Task: 0,
          Opcode: 0,
          Keywords: "0x8000000000000000",
          TimeCreated: { "#attributes": { SystemTime: new Date(time).toISOString() } },
          EventRecordID: event.record,
          Execution: { "#attributes": { ProcessID: 3_308, ThreadID: 4_008 } },
          Channel: name,
          Computer: `${host.name}.${this.#scenario.domain}`,
        },
        EventData: event.fields,
      },
    };
  }
}

interface Written {
  readonly channel: Channel;
  readonly id: number;
  readonly fields: FieldMap;
  readonly record: number;
}
