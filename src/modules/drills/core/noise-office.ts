/** The office: programs, sign-ins, name look-ups and web traffic of people at their desks, and the servers they use. */
import type { NoiseContext, NoiseWriter } from "./noise-context.ts";
import type { SeededRandom } from "./random.ts";
import type { BenignProgram, NoiseKind, Scenario, ScenarioHost } from "./scenario.ts";
import { hostNamed } from "./storyline.ts";

type OfficeKind = Exclude<
  NoiseKind,
  "modbusRead" | "s7Read" | "dnp3Read" | "iec104Connection" | "cron" | "ssh" | "sudo" | "auditProgram"
>;

const CHROME = "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe";
const AGENT =
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36";

export function officeNoise(context: NoiseContext): Record<OfficeKind, NoiseWriter> {
  return { ...hostNoise(context), ...wireNoise(context) };
}

/** On the machines themselves. */
function hostNoise({ scenario, writers: { windows } }: NoiseContext) {
  const desks = scenario.hosts.filter(({ role }) => role === "workstation");
  const servers = scenario.hosts.filter(({ role }) => role === "server");
  const { noise, netbios } = scenario;
  const userOf = (host: ScenarioHost): string => `${netbios}\\${host.user ?? "SYSTEM"}`;
  const start = (host: ScenarioHost, program: BenignProgram) => ({
    ...program,
    user: program.system === true ? "SYSTEM" : (host.user ?? "SYSTEM"),
  });
  return {
    process: (time, random) => {
      if (random.next() < 0.3) {
        const server = random.pick(servers);
        return windows.processStart(server, time, start(server, random.pick(noise.serverPrograms)));
      }
      const desk = random.pick(desks);
      return windows.processStart(desk, time, start(desk, random.pick(noise.programs)));
    },
    logon: (time, random) => {
      const fields = logonFields(scenario, { desk: random.pick(desks), server: random.pick(servers) }, random);
      return windows.event(random.pick(servers), time, { channel: "security", id: 4624, fields });
    },
    sysmonConnection: (time, random) => {
      const desk = random.pick(desks);
      const fields = {
        Image: CHROME,
        User: userOf(desk),
        Protocol: "tcp",
        Initiated: "true",
        SourceIp: desk.address,
        SourcePort: String(random.between(49_152, 65_535)),
        DestinationIp: random.pick(noise.outside),
        DestinationPort: "443",
      };
      return windows.sysmon(desk, time, { id: 3, fields });
    },
    sysmonDns: (time, random) => {
      const desk = random.pick(desks);
      const QueryName = random.pick(noise.domains);
      const QueryResults = `::ffff:${random.pick(noise.outside)};`;
      const fields = { QueryName, QueryStatus: "0", QueryResults, Image: CHROME, User: userOf(desk) };
      return windows.sysmon(desk, time, { id: 22, fields });
    },
    sysmonFile: (time, random) => {
      const desk = random.pick(desks);
      const TargetFilename = random
        .pick(noise.files)
        .replace("{user}", desk.user ?? "Public")
        .replace("{n}", String(random.between(100, 9_999)));
      return windows.sysmon(desk, time, { id: 11, fields: { Image: CHROME, TargetFilename, User: userOf(desk) } });
    },
  } satisfies Partial<Record<OfficeKind, NoiseWriter>>;
}

/** On the wire. */
function wireNoise({ scenario, writers: { network } }: NoiseContext) {
  const { noise } = scenario;
  const resolver = hostNamed(scenario, scenario.resolver).address;
  const desks = scenario.hosts.filter(({ role }) => role === "workstation").map(({ address }) => address);
  const inside = scenario.hosts.filter(({ role, zone }) => role === "server" && zone === undefined);
  return {
    dns: (time, random) => {
      const fields = {
        proto: "udp",
        trans_id: random.between(1, 65_535),
        rtt: random.between(1, 80) / 1_000,
        query: random.pick(noise.domains),
        qclass: 1,
        qclass_name: "C_INTERNET",
        qtype: 1,
        qtype_name: random.pick(["A", "A", "AAAA", "HTTPS"]),
        rcode: 0,
        rcode_name: "NOERROR",
        answers: [random.pick(noise.outside)],
        rejected: false,
      };
      return network.zeek("dns", time, { from: random.pick(desks), to: resolver, port: 53, fields });
    },
    connection: (time, random) => {
      const from = random.pick(desks);
      const within = random.next() < 0.45;
      const to = within ? random.pick(inside).address : random.pick(noise.outside);
      const port = within ? random.pick([445, 389, 88, 443, 135]) : random.pick([443, 443, 80]);
      return network.zeek("conn", time, { from, to, port, fields: connectionFields(random, within) });
    },
    http: (time, random) => {
      const fields = {
        trans_depth: 1,
        method: "GET",
        host: random.pick(noise.domains),
        uri: random.pick(["/", "/tin-moi", "/anh/bia.jpg", "/tra-cuu?ma=PC08", "/api/thoi-tiet"]),
        version: "1.1",
        user_agent: AGENT,
        request_body_len: 0,
        response_body_len: random.between(400, 90_000),
        status_code: random.pick([200, 200, 200, 304, 404]),
        status_msg: "-",
        resp_mime_types: [random.pick(["text/html", "image/jpeg", "application/json"])],
      };
      return network.zeek("http", time, { from: random.pick(desks), to: random.pick(noise.outside), port: 80, fields });
    },
    suricataFlow: (time, random) => {
      const flow = {
        pkts_toserver: random.between(4, 90),
        pkts_toclient: random.between(4, 90),
        bytes_toserver: random.between(400, 9_000),
        bytes_toclient: random.between(400, 90_000),
        state: "closed",
        reason: "timeout",
        alerted: false,
      };
      const traffic = { from: random.pick(desks), to: random.pick(noise.outside), port: 443 };
      return network.suricata("flow", time, { ...traffic, fields: { app_proto: "tls", flow } });
    },
  } satisfies Partial<Record<OfficeKind, NoiseWriter>>;
}

function connectionFields(random: SeededRandom, within: boolean) {
  return {
    proto: "tcp",
    duration: random.between(1, 900) / 10,
    orig_bytes: random.between(200, 20_000),
    resp_bytes: random.between(200, 200_000),
    conn_state: "SF",
    local_orig: true,
    local_resp: within,
    missed_bytes: 0,
    history: "ShADadFf",
    orig_pkts: random.between(6, 90),
    resp_pkts: random.between(6, 180),
  };
}

function logonFields(scenario: Scenario, at: { desk: ScenarioHost; server: ScenarioHost }, random: SeededRandom) {
  const service = random.next() < 0.35;
  return {
    SubjectUserSid: "S-1-5-18",
    SubjectUserName: `${at.server.name}$`,
    SubjectDomainName: scenario.netbios,
    TargetUserName: service ? "SYSTEM" : (at.desk.user ?? "SYSTEM"),
    TargetDomainName: service ? "NT AUTHORITY" : scenario.netbios,
    TargetLogonId: `0x${random.hex(6)}`,
    LogonType: service ? 5 : 3,
    LogonProcessName: service ? "Advapi  " : "Kerberos",
    AuthenticationPackageName: service ? "Negotiate" : "Kerberos",
    WorkstationName: "-",
    IpAddress: service ? "-" : at.desk.address,
    IpPort: service ? "-" : String(random.between(49_152, 65_535)),
  };
}
