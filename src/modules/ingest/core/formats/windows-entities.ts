/** Which native field of a Windows event feeds which pivot column. One short plan per kind of event keeps this cheap. */
import type { Entities } from "../../../../kernel/index.ts";
import type { OpenEntities, OpenFields } from "../parsed.ts";
import { portNumber, text } from "../parsed.ts";

interface Plan {
  readonly user?: readonly string[];
  /** Where a user field has its domain beside it instead of in it. */
  readonly userDomain?: readonly string[];
  readonly process?: readonly string[];
  readonly commandLine?: readonly string[];
  readonly parentProcess?: readonly string[];
  readonly srcIp?: readonly string[];
  readonly srcPort?: readonly string[];
  readonly dstIp?: readonly string[];
  readonly dstPort?: readonly string[];
  readonly domain?: readonly string[];
  readonly url?: readonly string[];
  readonly file?: readonly string[];
}

/** For channels without a plan of their own: the names providers use most. */
const GENERAL: Plan = {
  user: ["TargetUserName", "User", "SubjectUserName", "UserName", "AccountName"],
  userDomain: ["TargetDomainName", "", "SubjectDomainName", "", "Domain"],
  process: ["Image", "NewProcessName", "ProcessName", "SourceImage", "Application"],
  commandLine: ["CommandLine", "ProcessCommandLine", "HostApplication"],
  parentProcess: ["ParentImage", "ParentProcessName"],
  srcIp: ["SourceIp", "IpAddress", "SourceAddress", "ClientAddress"],
  srcPort: ["SourcePort", "IpPort", "ClientPort"],
  dstIp: ["DestinationIp", "DestAddress", "DestinationAddress"],
  dstPort: ["DestinationPort", "DestPort"],
  domain: ["QueryName", "DestinationHostname"],
  url: ["url", "Url", "RemoteName"],
  file: ["TargetFilename", "ImageLoaded", "ObjectName", "RelativeTargetName", "Path"],
};

const SUBJECT = { user: ["SubjectUserName"], userDomain: ["SubjectDomainName"] } as const;
const TARGET = {
  user: ["TargetUserName", "SubjectUserName"],
  userDomain: ["TargetDomainName", "SubjectDomainName"],
} as const;
const LOGON: Plan = { ...TARGET, process: ["ProcessName"], srcIp: ["IpAddress"], srcPort: ["IpPort"] };
const FILTERING: Plan = {
  process: ["Application"],
  srcIp: ["SourceAddress"],
  srcPort: ["SourcePort"],
  dstIp: ["DestAddress"],
  dstPort: ["DestPort"],
};
const OBJECT: Plan = { ...SUBJECT, process: ["ProcessName"], file: ["ObjectName"] };
const SHARE: Plan = {
  ...SUBJECT,
  srcIp: ["IpAddress"],
  srcPort: ["IpPort"],
  file: ["RelativeTargetName", "ShareName"],
};

const SECURITY: Readonly<Record<number, Plan>> = {
  4624: LOGON,
  4625: LOGON,
  4648: LOGON,
  4656: OBJECT,
  4658: OBJECT,
  4660: OBJECT,
  4661: OBJECT,
  4662: SUBJECT,
  4663: OBJECT,
  4688: {
    ...SUBJECT,
    process: ["NewProcessName"],
    commandLine: ["CommandLine"],
    parentProcess: ["ParentProcessName"],
  },
  4689: { ...SUBJECT, process: ["ProcessName"] },
  4690: SUBJECT,
  4703: { ...TARGET, process: ["ProcessName"] },
  4768: LOGON,
  4769: LOGON,
  4771: LOGON,
  4776: TARGET,
  5140: SHARE,
  5145: SHARE,
  5154: FILTERING,
  5156: FILTERING,
  5157: FILTERING,
  5158: FILTERING,
};

const IMAGE: Plan = { user: ["User"], process: ["Image"] };
const SYSMON_FILE: Plan = { ...IMAGE, file: ["TargetFilename"] };
const SYSMON_REGISTRY: Plan = { ...IMAGE, file: ["TargetObject"] };
const SYSMON: Readonly<Record<number, Plan>> = {
  1: { ...IMAGE, commandLine: ["CommandLine"], parentProcess: ["ParentImage"] },
  2: SYSMON_FILE,
  3: {
    ...IMAGE,
    srcIp: ["SourceIp"],
    srcPort: ["SourcePort"],
    dstIp: ["DestinationIp"],
    dstPort: ["DestinationPort"],
    domain: ["DestinationHostname"],
  },
  5: IMAGE,
  6: { file: ["ImageLoaded"] },
  7: { ...IMAGE, file: ["ImageLoaded"] },
  8: { user: ["SourceUser"], process: ["SourceImage"] },
  9: IMAGE,
  10: { user: ["SourceUser"], process: ["SourceImage"] },
  11: SYSMON_FILE,
  12: SYSMON_REGISTRY,
  13: SYSMON_REGISTRY,
  14: SYSMON_REGISTRY,
  15: SYSMON_FILE,
  17: { ...IMAGE, file: ["PipeName"] },
  18: { ...IMAGE, file: ["PipeName"] },
  22: { ...IMAGE, domain: ["QueryName"] },
  23: SYSMON_FILE,
  24: IMAGE,
  25: IMAGE,
  26: SYSMON_FILE,
};

function planOf(service: string | undefined, eventId: unknown): Plan {
  if (typeof eventId !== "number") return GENERAL;
  if (service === "sysmon") return SYSMON[eventId] ?? GENERAL;
  if (service === "security") return SECURITY[eventId] ?? GENERAL;
  return GENERAL;
}

/** Every name `windowsEntities` may look at for events of this number. */
export function entityNames(service: string | undefined, eventId: unknown): ReadonlySet<string> {
  const lists = Object.values(planOf(service, eventId)) as (readonly string[])[];
  return new Set(["EventID", "Hashes", "Hash", ...lists.flat()]);
}

function first(fields: OpenFields, names: readonly string[] | undefined): string | undefined {
  if (names === undefined) return undefined;
  for (const name of names) {
    const value = text(fields[name]);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** `DOMAIN\user`, so that Sysmon's `User` and Security's two fields pivot to the same text. */
function userOf(fields: OpenFields, plan: Plan): string | undefined {
  const names = plan.user;
  if (names === undefined) return undefined;
  for (let i = 0; i < names.length; i++) {
    const user = text(fields[names[i] as string]);
    if (user === undefined) continue;
    const domainField = plan.userDomain?.[i];
    const domain = domainField === undefined || domainField === "" ? undefined : text(fields[domainField]);
    return domain === undefined || user.includes("\\") ? user : `${domain}\\${user}`;
  }
  return undefined;
}

/** The strongest digest of Sysmon's `Hashes` ("SHA1=…,MD5=…,SHA256=…,IMPHASH=…"), lower case; IMPHASH names no file. */
export function strongestHash(hashes: string): string | undefined {
  // Nearly always SHA256 is there.
  const sha256 = hashes.indexOf("SHA256=");
  if (sha256 >= 0) {
    const digest = hashes.slice(sha256 + 7, sha256 + 71).toLowerCase();
    if (digest.length === 64 && /^[0-9a-f]+$/.test(digest)) return digest;
  }
  let best: string | undefined;
  for (const part of hashes.split(",", 8)) {
    const at = part.indexOf("=");
    if (part.slice(0, at).trim().toUpperCase() === "IMPHASH") continue;
    const digest = part.slice(at + 1).trim();
    if ((best === undefined || digest.length > best.length) && /^[0-9a-f]{32,128}$/i.test(digest)) best = digest;
  }
  return best?.toLowerCase();
}

/** Windows writes an IPv4 address inside IPv6 for some logons. */
function address(value: string | undefined): string | undefined {
  return value?.startsWith("::ffff:") === true && value.includes(".") ? value.slice(7) : value;
}

export function windowsEntities(fields: OpenFields, service: string | undefined): Entities {
  const plan = planOf(service, fields["EventID"]);
  const entities: OpenEntities = {
    user: userOf(fields, plan),
    process: first(fields, plan.process),
    commandLine: first(fields, plan.commandLine),
    parentProcess: first(fields, plan.parentProcess),
    srcIp: address(first(fields, plan.srcIp)),
    srcPort: plan.srcPort === undefined ? undefined : portNumber(first(fields, plan.srcPort)),
    dstIp: address(first(fields, plan.dstIp)),
    dstPort: plan.dstPort === undefined ? undefined : portNumber(first(fields, plan.dstPort)),
    domain: first(fields, plan.domain),
    url: first(fields, plan.url),
    file: first(fields, plan.file),
  };
  if (service === "security") return entities;
  const hashes = fields["Hashes"] ?? fields["Hash"];
  if (typeof hashes === "string" && hashes.length >= 32) entities.hash = strongestHash(hashes);
  return entities;
}
