/** Syslog over TCP (RFC 6587). */
import { createServer } from "node:net";
import type { ListenerOptions, SyslogListener } from "./listener.ts";
import { serveStreamDoor, StreamDoor } from "./stream-door.ts";

export async function listenSyslogTcp(options: ListenerOptions): Promise<SyslogListener> {
  const door = new StreamDoor("syslog-tcp", options);
  const server = createServer({ noDelay: true }, (socket) => door.accept(socket));
  return serveStreamDoor(server, door, options);
}
