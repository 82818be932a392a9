/** Headers of the three protocols, and the one fixed record of NetFlow v5. */
import type { FlowValue } from "./values.ts";

export interface FlowHeader {
  readonly version: 5 | 9 | 10;
  readonly protocol: "netflow-v5" | "netflow-v9" | "ipfix";
  /** Bytes of the header; where the content ends. */
  readonly length: number;
  readonly end: number;
  /** Records of a v5 datagram; elsewhere 0, since the sets say it. */
  readonly count: number;
  readonly exportedAt: number;
  /** When the exporter started, where times count from there. */
  readonly startedAt: number | undefined;
  readonly sequence: number;
  readonly domain: number;
  /** Protocol and domain: what templates and ids belong to. */
  readonly source: string;
  /** v5 states its sampling in the header. */
  readonly samplingInterval?: number;
}

const V5_HEADER_BYTES = 24;
export const V5_RECORD_BYTES = 48;
const V5_MAX_RECORDS = 30;
const V9_HEADER_BYTES = 20;
const IPFIX_HEADER_BYTES = 16;

function header(parts: Omit<FlowHeader, "source" | "protocol">): FlowHeader {
  const protocol = parts.version === 10 ? "ipfix" : parts.version === 9 ? "netflow-v9" : "netflow-v5";
  return { ...parts, protocol, source: `${protocol}/${parts.domain}` };
}

function v5(bytes: Buffer): FlowHeader | undefined {
  const count = bytes.readUInt16BE(2);
  if (count === 0 || count > V5_MAX_RECORDS) return undefined;
  const exportedAt = bytes.readUInt32BE(8) * 1_000 + Math.floor(bytes.readUInt32BE(12) / 1_000_000);
  const sampling = bytes.readUInt16BE(22) & 0x3fff;
  return header({
    version: 5,
    length: V5_HEADER_BYTES,
    end: bytes.length,
    count,
    exportedAt,
    startedAt: exportedAt - bytes.readUInt32BE(4),
    sequence: bytes.readUInt32BE(16),
    domain: bytes.readUInt16BE(20),
    ...(sampling > 1 ? { samplingInterval: sampling } : {}),
  });
}

function v9(bytes: Buffer): FlowHeader {
  const exportedAt = bytes.readUInt32BE(8) * 1_000;
  return header({
    version: 9,
    length: V9_HEADER_BYTES,
    end: bytes.length,
    count: 0,
    exportedAt,
    startedAt: exportedAt - bytes.readUInt32BE(4),
    sequence: bytes.readUInt32BE(12),
    domain: bytes.readUInt32BE(16),
  });
}

function ipfix(bytes: Buffer): FlowHeader | undefined {
  const end = bytes.readUInt16BE(2);
  if (end < IPFIX_HEADER_BYTES || end > bytes.length) return undefined;
  return header({
    version: 10,
    length: IPFIX_HEADER_BYTES,
    end,
    count: 0,
    exportedAt: bytes.readUInt32BE(4) * 1_000,
    startedAt: undefined,
    sequence: bytes.readUInt32BE(8),
    domain: bytes.readUInt32BE(12),
  });
}

/** Undefined for anything that is not one of the three. */
export function readHeader(bytes: Buffer): FlowHeader | undefined {
  if (bytes.length < IPFIX_HEADER_BYTES) return undefined;
  const version = bytes.readUInt16BE(0);
  if (version === 5) return bytes.length < V5_HEADER_BYTES ? undefined : v5(bytes);
  if (version === 9) return bytes.length < V9_HEADER_BYTES ? undefined : v9(bytes);
  return version === 10 ? ipfix(bytes) : undefined;
}

/** A v5 record under the names v9 and IPFIX use. */
export function v5Fields(bytes: Buffer, at: number, { samplingInterval }: FlowHeader): Record<string, FlowValue> {
  const address = (offset: number) => bytes.subarray(at + offset, at + offset + 4).join(".");
  const short = (offset: number) => bytes.readUInt16BE(at + offset);
  const long = (offset: number) => bytes.readUInt32BE(at + offset);
  const byte = (offset: number) => bytes.readUInt8(at + offset);
  return {
    sourceIPv4Address: address(0),
    destinationIPv4Address: address(4),
    ipNextHopIPv4Address: address(8),
    ingressInterface: short(12),
    egressInterface: short(14),
    packetDeltaCount: long(16),
    octetDeltaCount: long(20),
    flowStartSysUpTime: long(24),
    flowEndSysUpTime: long(28),
    sourceTransportPort: short(32),
    destinationTransportPort: short(34),
    tcpControlBits: byte(37),
    protocolIdentifier: byte(38),
    ipClassOfService: byte(39),
    bgpSourceAsNumber: short(40),
    bgpDestinationAsNumber: short(42),
    sourceIPv4PrefixLength: byte(44),
    destinationIPv4PrefixLength: byte(45),
    ...(samplingInterval === undefined ? {} : { samplingInterval }),
  };
}
