/**
 * Syslog over TLS (RFC 5425). Deny by default: a sender without a certificate of the stated authorities does not get
 * past the handshake, and its certificate, not its address, says which sensor it is.
 */
import { createServer, type TLSSocket } from "node:tls";
import type { Instant } from "../../../kernel/index.ts";
import { MAX_SYSLOG_CONNECTIONS, TLS_HANDSHAKE_TIMEOUT_MS } from "../limits.ts";
import { type CertificateRules, sensorOfCertificate } from "./certificates.ts";
import type { ListenerOptions, SyslogListener } from "./listener.ts";
import { serveStreamDoor, StreamDoor } from "./stream-door.ts";
import { checkMaterial, checkRenewal, contextOf, type TlsMaterial } from "./tls-material.ts";

export interface TlsOptions extends ListenerOptions, TlsMaterial {
  /** Empty: every certificate of the authorities is let in, under its own name. */
  readonly senders: CertificateRules;
}

export interface TlsListener extends SyslogListener {
  /** Until when the door's certificate holds. */
  readonly certificateUntil: Instant;
  /**
   * For connections from now on; those that are open stay. Throws Fault, and keeps what it has, when the new material
   * cannot be used.
   */
  renew(material: TlsMaterial): void;
}

export async function listenSyslogTls(options: TlsOptions): Promise<TlsListener> {
  let certificateUntil = checkMaterial(options);
  const door = new StreamDoor("syslog-tls", options);
  const accept = (socket: TLSSocket): void => {
    const sensor = socket.authorized ? sensorOfCertificate(socket.getPeerCertificate(), options.senders) : undefined;
    if (sensor === undefined) {
      socket.on("error", () => {});
      door.refuse(socket);
    } else door.accept(socket, sensor);
  };
  const server = createServer(
    {
      ...contextOf(options),
      requestCert: true,
      rejectUnauthorized: true,
      handshakeTimeout: TLS_HANDSHAKE_TIMEOUT_MS,
      noDelay: true,
    },
    accept,
  );
  // What fails in the handshake (no certificate, a foreign one, no TLS at all) never becomes a connection.
  server.on("tlsClientError", (_error, socket) => door.refuse(socket));
  // Handshakes under way count too: nobody can hold more sockets than the door has.
  server.maxConnections = (options.limits?.maxConnections ?? MAX_SYSLOG_CONNECTIONS) + 64;
  const listener = await serveStreamDoor(server, door, options);
  return {
    ...listener,
    get certificateUntil() {
      return certificateUntil;
    },
    renew(material) {
      certificateUntil = checkRenewal(material, options.now());
      server.setSecureContext(contextOf(material));
    },
  };
}
