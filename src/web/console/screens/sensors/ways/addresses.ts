/** Where this installation is reached, as senders have to write it. */

export interface Endpoint {
  readonly host: string;
  readonly port: string;
}

export interface Addresses {
  /** Of the web server, as the reader reached it: https://khien.example.vn */
  readonly origin: string;
  readonly http: Endpoint;
  readonly isTls: boolean;
  readonly udp: Endpoint;
  readonly tcp: Endpoint;
  readonly tls: Endpoint;
  readonly netflow: Endpoint;
}

export interface Snippet {
  /** The file it belongs into, or what runs it. */
  readonly place: string;
  readonly text: string;
}

/** Stands for the secret in every example. */
export const TOKEN = "KHIEN_TOKEN";
const CLOSED_PORTS = { "syslog-udp": "514", "syslog-tcp": "601", "syslog-tls": "6514", netflow: "2055" } as const;

interface Listening {
  readonly name: string;
  readonly address: string;
}

/** A listener bound to every address is reached under the name this page was reached by. */
function endpoint(listeners: readonly Listening[], name: keyof typeof CLOSED_PORTS, hostname: string): Endpoint {
  const address = listeners.find((listener) => listener.name === name)?.address;
  if (address === undefined) return { host: hostname, port: CLOSED_PORTS[name] };
  const at = address.lastIndexOf(":");
  const host = address.slice(0, at).replace(/^\[|\]$/gu, "");
  const anywhere = host === "0.0.0.0" || host === "::" || host === "";
  return { host: anywhere ? hostname : host, port: address.slice(at + 1) };
}

export function addressesOf(listeners: readonly Listening[], at: URL): Addresses {
  const isTls = at.protocol === "https:";
  const host = at.hostname.replace(/^\[|\]$/gu, "");
  return {
    origin: at.origin,
    isTls,
    http: { host, port: at.port === "" ? (isTls ? "443" : "80") : at.port },
    udp: endpoint(listeners, "syslog-udp", host),
    tcp: endpoint(listeners, "syslog-tcp", host),
    tls: endpoint(listeners, "syslog-tls", host),
    netflow: endpoint(listeners, "netflow", host),
  };
}

/** Always with its port: shippers of Elasticsearch take 9200 where none is written. */
export function elasticUrl({ isTls, http }: Addresses): string {
  const host = http.host.includes(":") ? `[${http.host}]` : http.host;
  return `${isTls ? "https" : "http"}://${host}:${http.port}/elastic`;
}
