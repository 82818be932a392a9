/**
 * Syslog over TLS (RFC 5425). Deny by default: a sender without a certificate of the stated authorities does not get
 * past the handshake, and its certificate, not its address, says which sensor it is.
 */
import { createServer, type TLSSocket } from "node:tls";
import { Fault } from "../../../kernel/index.ts";
import { MAX_SYSLOG_CONNECTIONS, TLS_HANDSHAKE_TIMEOUT_MS } from "../limits.ts";
import { type CertificateRules, sensorOfCertificate } from "./certificates.ts";
import type { ListenerOptions, SyslogListener } from "./listener.ts";
import { serveStreamDoor, StreamDoor } from "./stream-door.ts";

export interface TlsOptions extends ListenerOptions {
  /** PEM: the door's certificate with its chain, its key, and the authorities that sign senders. */
  readonly certificate: string;
  readonly key: string;
  readonly authorities: string;
  /** Empty: every certificate of the authorities is let in, under its own name. */
  readonly senders: CertificateRules;
}

export async function listenSyslogTls(options: TlsOptions): Promise<SyslogListener> {
  const door = new StreamDoor("syslog-tls", options);
  const accept = (socket: TLSSocket): void => {
    const sensor = socket.authorized ? sensorOfCertificate(socket.getPeerCertificate(), options.senders) : undefined;
    if (sensor === undefined) {
      socket.on("error", () => {});
      door.refuse(socket);
    } else door.accept(socket, sensor);
  };
  const server = openServer(options, accept);
  // What fails in the handshake (no certificate, a foreign one, no TLS at all) never becomes a connection.
  server.on("tlsClientError", (_error, socket) => door.refuse(socket));
  // Handshakes under way count too: nobody can hold more sockets than the door has.
  server.maxConnections = (options.limits?.maxConnections ?? MAX_SYSLOG_CONNECTIONS) + 64;
  return serveStreamDoor(server, door, options);
}

function openServer(options: TlsOptions, accept: (socket: TLSSocket) => void) {
  try {
    return createServer(
      {
        cert: options.certificate,
        key: options.key,
        ca: options.authorities,
        requestCert: true,
        rejectUnauthorized: true,
        minVersion: "TLSv1.2",
        handshakeTimeout: TLS_HANDSHAKE_TIMEOUT_MS,
        noDelay: true,
      },
      accept,
    );
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new Fault("invalid", "ingest.tls.material", `certificate, key or authorities cannot be used: ${detail}`);
  }
}
