import type { Way } from "./way.ts";

const UDP = { group: "syslog", door: "syslog-udp", needsToken: false } as const;
const TCP = { group: "syslog", door: "syslog-tcp", needsToken: false } as const;
const TLS = { group: "syslog", door: "syslog-tls", needsToken: false } as const;
const OPENS_UDP = [
  ["syslogHost", "0.0.0.0"],
  ["syslogUdpPort", "514"],
] as const;
const OPENS_TCP = [
  ["syslogHost", "0.0.0.0"],
  ["syslogTcpPort", "601"],
] as const;
const OPENS_TLS = [
  ["syslogHost", "0.0.0.0"],
  ["syslogTlsPort", "6514"],
  ["syslogTlsCertFile", "/etc/khien/door.pem"],
  ["syslogTlsKeyFile", "/etc/khien/door-key.pem"],
  ["syslogTlsCaFile", "/etc/khien/senders-ca.pem"],
] as const;

/** Kept on disk while Khiên cannot be reached. */
const RSYSLOG_QUEUE = `queue.type="LinkedList" queue.filename="khien"
  queue.maxDiskSpace="1g" queue.saveOnShutdown="on"
  action.resumeRetryCount="-1"`;

export const SYSLOG: readonly Way[] = [
  {
    ...TLS,
    id: "rsyslog-tls",
    opens: OPENS_TLS,
    words: "rfc5425 gtls certificate linux ubuntu debian rhel",
    snippets: ({ tls }) => [
      {
        place: "/etc/rsyslog.d/90-khien.conf",
        text: `global(
  defaultNetstreamDriver="gtls"
  defaultNetstreamDriverCAFile="/etc/rsyslog-tls/ca.pem"
  defaultNetstreamDriverCertFile="/etc/rsyslog-tls/this-host.pem"
  defaultNetstreamDriverKeyFile="/etc/rsyslog-tls/this-host-key.pem"
)
*.* action(
  type="omfwd" target="${tls.host}" port="${tls.port}"
  protocol="tcp" tcp_framing="octet-counted"
  template="RSYSLOG_SyslogProtocol23Format"
  streamDriver="gtls" streamDriverMode="1"
  streamDriverAuthMode="x509/name"
  streamDriverPermittedPeers="${tls.host}"
  ${RSYSLOG_QUEUE}
)`,
      },
    ],
  },
  {
    ...TCP,
    id: "rsyslog-tcp",
    opens: OPENS_TCP,
    words: "rfc6587 linux omfwd ubuntu debian rhel",
    snippets: ({ tcp }) => [
      {
        place: "/etc/rsyslog.d/90-khien.conf",
        text: `*.* action(
  type="omfwd" target="${tcp.host}" port="${tcp.port}"
  protocol="tcp" tcp_framing="octet-counted"
  template="RSYSLOG_SyslogProtocol23Format"
  ${RSYSLOG_QUEUE}
)`,
      },
    ],
  },
  {
    ...TLS,
    id: "syslog-ng",
    opens: OPENS_TLS,
    words: "rfc5425 certificate linux suse",
    snippets: ({ tls }) => [
      {
        place: "/etc/syslog-ng/conf.d/khien.conf",
        text: `destination d_khien {
  syslog("${tls.host}" port(${tls.port}) transport("tls")
    tls(
      ca-file("/etc/syslog-ng/tls/ca.pem")
      cert-file("/etc/syslog-ng/tls/this-host.pem")
      key-file("/etc/syslog-ng/tls/this-host-key.pem")
      peer-verify(required-trusted)
    )
  );
};
# s_src: Debian; s_sys: Red Hat
log { source(s_src); destination(d_khien); flags(flow-control); };`,
      },
    ],
  },
  {
    ...UDP,
    id: "devices",
    opens: OPENS_UDP,
    words: "udp cisco fortigate fortinet palo alto pfsense opnsense mikrotik switch router firewall",
    snippets: ({ udp }) => [
      {
        place: "Cisco IOS",
        text: `logging host ${udp.host} transport udp port ${udp.port}
logging trap informational
service timestamps log datetime msec show-timezone year`,
      },
      {
        place: "FortiGate",
        text: `config log syslogd setting
    set status enable
    set server "${udp.host}"
    set port ${udp.port}
end`,
      },
      {
        place: "MikroTik",
        text: `/system logging action add name=khien target=remote \\
  remote=${udp.host} remote-port=${udp.port}
/system logging add topics=info action=khien
/system logging add topics=firewall action=khien`,
      },
    ],
  },
];
