import type { Way } from "./way.ts";

const FLOW = {
  group: "network",
  door: "netflow",
  opens: [
    ["netflowHost", "0.0.0.0"],
    ["netflowPort", "2055"],
    ["netflowExporters", "192.0.2.1=core-router"],
  ],
  needsToken: false,
} as const;

export const NETWORK: readonly Way[] = [
  {
    ...FLOW,
    id: "cisco-netflow",
    words: "netflow v9 ipfix flexible ios xe catalyst asr router switch",
    snippets: ({ netflow }) => [
      {
        place: "Cisco IOS, IOS XE",
        text: `flow exporter KHIEN
 destination ${netflow.host}
 transport udp ${netflow.port}
 export-protocol netflow-v9
 template data timeout 60
!
flow monitor KHIEN
 record netflow ipv4 original-input
 exporter KHIEN
 cache timeout active 60
!
interface GigabitEthernet0/0/0
 ip flow monitor KHIEN input`,
      },
    ],
  },
  {
    ...FLOW,
    id: "mikrotik-netflow",
    words: "netflow v9 ipfix routeros traffic-flow router",
    snippets: ({ netflow }) => [
      {
        place: "RouterOS",
        text: `/ip traffic-flow set enabled=yes interfaces=all active-flow-timeout=1m
/ip traffic-flow target add dst-address=${netflow.host} port=${netflow.port} version=9`,
      },
    ],
  },
  {
    ...FLOW,
    id: "softflowd",
    words: "netflow v9 ipfix linux probe span mirror",
    snippets: ({ netflow }) => {
      const host = netflow.host.includes(":") ? `[${netflow.host}]` : netflow.host;
      return [{ place: "sh", text: `softflowd -i eth1 -v 9 -t maxlife=60 -n ${host}:${netflow.port}` }];
    },
  },
  {
    id: "nats",
    group: "bus",
    door: "nats",
    opens: [
      ["natsServers", "tls://bus.example.vn:4222"],
      ["natsStream", "LOGS"],
      ["natsSubject", "logs.>"],
      ["natsCredentialsFile", "/etc/khien/nats.creds"],
    ],
    needsToken: false,
    words: "jetstream kafka queue broker message bus stream",
    snippets: () => [
      {
        place: "nats",
        text: `nats stream add LOGS --subjects "logs.>" --storage file --retention limits \\
  --discard old --max-age 7d --max-bytes 20GB --replicas 3 --defaults
nats pub logs.web-1 '<38>1 2026-11-22T08:00:00Z web-1 sshd 4242 - - Failed password for lan from 192.0.2.7 port 50222 ssh2'`,
      },
      {
        place: "/etc/vector/vector.yaml",
        text: `sinks:
  bus:
    type: nats
    inputs: [journal]
    url: nats://bus.example.vn:4222
    subject: "logs.{{ host }}"
    jetstream: true
    encoding:
      codec: json`,
      },
    ],
  },
];
