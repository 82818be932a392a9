/** A UDP socket that loses as little as the kernel lets it, and says what the kernel lost. */
import { createSocket, type Socket } from "node:dgram";
import { readFileSync } from "node:fs";
import { isIPv6 } from "node:net";

/** Asked of the kernel; it grants what its own limit allows. */
const RECEIVE_BUFFER_BYTES = 8 * 1024 * 1024;

export function udpSocket(host: string): Socket {
  return createSocket({ type: isIPv6(host) ? "udp6" : "udp4", reuseAddr: false });
}

export async function bindUdp(socket: Socket, at: { readonly host: string; readonly port: number }): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.bind({ address: at.host, port: at.port, exclusive: true }, () => {
      socket.off("error", reject);
      resolve();
    });
  });
  // A later error (an ICMP refusal, a vanished interface) must not end the program; loss shows in the counters.
  socket.on("error", () => {});
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER_BYTES);
  } catch {
    // The default size works too; drops are counted either way.
  }
}

/** The drop counter of our socket: last column of /proc/net/udp, port in the local address in hex. Linux only. */
export function kernelDrops(port: number): number | undefined {
  const local = port.toString(16).toUpperCase().padStart(4, "0");
  let drops: number | undefined;
  for (const table of ["/proc/net/udp", "/proc/net/udp6"]) {
    let text: string;
    try {
      text = readFileSync(table, "latin1");
    } catch {
      continue;
    }
    for (const line of text.split("\n")) {
      const columns = line.trim().split(/\s+/);
      if (columns[1]?.endsWith(`:${local}`) === true) drops = (drops ?? 0) + Number(columns.at(-1));
    }
  }
  return drops;
}
