/** A storyline as data: who there is, what a quiet day looks like, and what the attacker does. */
export interface LocalText {
  readonly vi: string;
  readonly en: string;
}

export type FieldData = string | number | boolean | readonly FieldData[] | { readonly [name: string]: FieldData };
export type FieldMap = { readonly [name: string]: FieldData };

export type HostRole = "workstation" | "server" | "linux" | "controller";

export const CONTROL_PROTOCOLS = ["modbus", "s7", "dnp3"] as const;
export type ControlProtocol = (typeof CONTROL_PROTOCOLS)[number];

export interface ScenarioHost {
  readonly name: string;
  readonly address: string;
  readonly role: HostRole;
  /** Absent: the office. */
  readonly zone?: "control";
  /** What a controller answers to. */
  readonly speaks?: ControlProtocol;
  /** Whose desk a workstation is. */
  readonly user?: string;
}

export interface Repeat {
  readonly count: number;
  readonly everySeconds: number;
}

interface StepTime {
  /** Minutes after the phase (for harmless steps: the scenario) began. */
  readonly at: number;
  readonly repeat?: Repeat;
}

export type WindowsChannel = "security" | "security_log" | "system" | "powershell" | "defender" | "firewall";

/** One thing that happens and leaves a log line (or `repeat.count` lines). */
export type Step = StepTime &
  (
    | {
        readonly kind: "process";
        readonly host: string;
        readonly user: string;
        readonly image: string;
        readonly command: string;
        readonly parent: string;
        readonly parentCommand?: string;
      }
    | { readonly kind: "sysmon"; readonly host: string; readonly event: number; readonly fields: FieldMap }
    | {
        readonly kind: "windows";
        readonly channel: WindowsChannel;
        readonly host: string;
        readonly event: number;
        readonly fields: FieldMap;
      }
    | {
        readonly kind: "zeek";
        readonly log: string;
        readonly from: string;
        readonly to: string;
        readonly port: number;
        readonly fields: FieldMap;
      }
    | {
        readonly kind: "suricata";
        readonly event: string;
        readonly from: string;
        readonly to: string;
        readonly port: number;
        readonly fields: FieldMap;
      }
    | { readonly kind: "syslog"; readonly host: string; readonly program: string; readonly message: string }
    | { readonly kind: "program"; readonly host: string; readonly argv: readonly string[] }
    | { readonly kind: "file"; readonly host: string; readonly exe: string; readonly path: string }
  );

export interface Phase {
  readonly id: string;
  /** Minutes after the scenario began. */
  readonly minute: number;
  readonly title: LocalText;
  readonly description: LocalText;
  /** Ids of rules of which at least these must fire in this phase. */
  readonly expects: readonly string[];
  readonly steps: readonly Step[];
}

export interface BenignProgram {
  readonly image: string;
  readonly command: string;
  readonly parent: string;
  /** Runs as the system rather than as the person at the desk. */
  readonly system?: boolean;
}

export const NOISE_KINDS = [
  "modbusRead",
  "s7Read",
  "dnp3Read",
  "iec104Connection",
  "dns",
  "connection",
  "http",
  "suricataFlow",
  "process",
  "logon",
  "sysmonConnection",
  "sysmonDns",
  "sysmonFile",
  "cron",
  "ssh",
  "sudo",
  "auditProgram",
] as const;
export type NoiseKind = (typeof NOISE_KINDS)[number];

export interface Noise {
  readonly volumes: Readonly<Record<NoiseKind, number>>;
  readonly domains: readonly string[];
  readonly outside: readonly string[];
  readonly programs: readonly BenignProgram[];
  readonly serverPrograms: readonly BenignProgram[];
  readonly files: readonly string[];
  readonly cron: readonly { readonly user: string; readonly command: string }[];
  readonly sudo: readonly string[];
  readonly audited: readonly (readonly string[])[];
}

export interface Sensors {
  readonly windows: string;
  readonly linux: string;
  readonly office: string;
  readonly control: string;
  readonly ids: string;
}

export interface Scenario {
  readonly slug: string;
  readonly title: LocalText;
  readonly summary: LocalText;
  readonly organisation: LocalText;
  readonly domain: string;
  readonly netbios: string;
  readonly utcOffsetMinutes: number;
  readonly durationMinutes: number;
  /** Host the office asks for names. */
  readonly resolver: string;
  /** Host that polls the controllers. */
  readonly poller: string;
  readonly sensors: Sensors;
  readonly hosts: readonly ScenarioHost[];
  readonly staff: readonly string[];
  readonly noise: Noise;
  /** Ordinary things that raise an alert all the same: nobody's day is free of them. */
  readonly harmless: readonly Step[];
  readonly phases: readonly Phase[];
}
