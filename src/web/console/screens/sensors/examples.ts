import type { IngestState } from "../../api/types.ts";

type Listener = IngestState["listeners"][number];
export interface ConnectExample {
  readonly id: "http" | "files" | "syslog-tcp" | "syslog-udp";
  readonly address: string;
  readonly command: string;
  readonly needsToken: boolean;
}

const TOKEN = "KHIEN_TOKEN";

/** A listener bound to every address is reached under the name this page was reached by. */
function reachable(address: string, hostname: string): { readonly host: string; readonly port: string } {
  const at = address.lastIndexOf(":");
  const host = address.slice(0, at).replace(/^\[|\]$/gu, "");
  const anywhere = host === "0.0.0.0" || host === "::" || host === "";
  return { host: anywhere ? hostname : host, port: address.slice(at + 1) };
}

function syslogExample(listener: Listener, hostname: string): ConnectExample {
  const { host, port } = reachable(listener.address, hostname);
  const sign = listener.name === "syslog-tcp" ? "@@" : "@";
  return {
    id: listener.name === "syslog-tcp" ? "syslog-tcp" : "syslog-udp",
    address: `${host}:${port}`,
    command: `# /etc/rsyslog.d/90-khien.conf\n*.* ${sign}${host}:${port};RSYSLOG_SyslogProtocol23Format`,
    needsToken: false,
  };
}

export function connectExamples(
  listeners: readonly Listener[],
  at: Pick<Location, "origin" | "hostname">,
): ConnectExample[] {
  const url = `${at.origin}/api/v1/events`;
  return [
    {
      id: "http",
      address: url,
      command: `curl -sS -H "Authorization: Bearer $${TOKEN}" \\\n  -H "Content-Type: application/x-ndjson" \\\n  --data-binary @events.ndjson \\\n  "${url}?sensor=my-server"`,
      needsToken: true,
    },
    {
      id: "files",
      address: at.origin,
      command: `${TOKEN}=… bin/khien ingest /var/log/export --url ${at.origin}`,
      needsToken: true,
    },
    ...listeners
      .filter((listener) => listener.name === "syslog-udp" || listener.name === "syslog-tcp")
      .map((listener) => syslogExample(listener, at.hostname)),
  ];
}
