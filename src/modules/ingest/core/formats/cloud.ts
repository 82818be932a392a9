/**
 * Audit logs of clouds and services, told by a few keys, so that their rules get their log source. Fields keep the
 * provider's names, dotted; only what a rule set names differently is added beside them.
 */
import type { LogSource } from "../../../../kernel/index.ts";
import { flattenInto } from "../flatten.ts";
import { logSource } from "../logsources.ts";
import type { JsonObject, OpenEntities, OpenFields, Parsed } from "../parsed.ts";
import { isObject, newFields, portNumber, text, TRUNCATED } from "../parsed.ts";
import { parseTime } from "../time.ts";
import { addAzureNames, azureSource, azureTime, isAzure } from "./azure.ts";

interface CloudFormat {
  readonly format: string;
  readonly is: (record: JsonObject) => boolean;
  readonly source: (record: JsonObject) => LogSource;
  readonly time: readonly string[];
  readonly readTime?: (value: unknown) => number;
  readonly user: readonly string[];
  readonly srcIp: readonly string[];
  /** Where the other entities stand, in the services that have them. */
  readonly more?: Readonly<Partial<Record<"dstIp" | "url" | "file" | "email", readonly string[]>>>;
  readonly extra?: (fields: OpenFields, record: JsonObject) => void;
}

function has(record: JsonObject, ...names: readonly string[]): boolean {
  for (const name of names) if (record[name] === undefined) return false;
  return true;
}

function startsWith(value: unknown, prefix: string): boolean {
  return typeof value === "string" && value.startsWith(prefix);
}

/** Objects and lists that rules search as one text. */
const AS_TEXT_MAX = 65_536;
function addAsText(fields: OpenFields, record: JsonObject, name: string): void {
  const value = record[name];
  if (!isObject(value) && !Array.isArray(value)) return;
  try {
    const written = JSON.stringify(value);
    if (written.length <= AS_TEXT_MAX) fields[name] = written;
  } catch {
    // Nested deeper than the stack: the dotted members above the limit are there.
    fields[TRUNCATED] = true;
  }
}

const FORMATS: readonly CloudFormat[] = [
  {
    format: "aws-cloudtrail",
    is: (record) =>
      has(record, "eventSource", "eventName", "awsRegion") ||
      has(record, "eventName", "userIdentity") ||
      record["eventType"] === "AwsCloudTrailInsight",
    source: () => logSource("aws", "cloudtrail"),
    time: ["eventTime", "@timestamp"],
    user: [
      "userIdentity.userName",
      "userIdentity.sessionContext.sessionIssuer.userName",
      "additionalEventData.UserName",
      "userIdentity.arn",
      "userIdentity.onBehalfOf.userId",
      "userIdentity.principalId",
      "userIdentity.invokedBy",
    ],
    srcIp: ["sourceIPAddress"],
    extra: (fields, record) => {
      addAsText(fields, record, "requestParameters");
      addAsText(fields, record, "responseElements");
    },
  },
  {
    format: "gcp-audit",
    is: (record) => isObject(record["protoPayload"]),
    source: () => logSource("gcp", "gcp.audit"),
    time: ["timestamp", "receiveTimestamp"],
    user: ["protoPayload.authenticationInfo.principalEmail", "protoPayload.authenticationInfo.principalSubject"],
    srcIp: ["protoPayload.requestMetadata.callerIp"],
    extra: (fields) => {
      const method = fields["protoPayload.methodName"];
      const service = fields["protoPayload.serviceName"];
      if (method !== undefined) fields["gcp.audit.method_name"] = method;
      if (service !== undefined) fields["gcp.audit.service_name"] = service;
    },
  },
  {
    format: "kubernetes-audit",
    is: (record) => startsWith(record["apiVersion"], "audit.k8s.io/") || has(record, "auditID", "verb"),
    source: () => logSource("kubernetes", "audit", "application"),
    time: ["requestReceivedTimestamp", "stageTimestamp"],
    user: ["user.username"],
    srcIp: ["sourceIPs"],
    extra: addKubernetesNames,
  },
  {
    format: "okta",
    is: (record) => has(record, "eventType", "published") && (has(record, "actor") || has(record, "debugContext")),
    source: () => logSource("okta", "okta"),
    time: ["published"],
    user: ["actor.alternateId", "actor.displayName"],
    srcIp: ["client.ipAddress", "request.ipChain.ip"],
  },
  {
    format: "github-audit",
    is: isGithub,
    source: () => logSource("github", "audit"),
    time: ["@timestamp", "created_at"],
    user: ["actor", "user"],
    srcIp: ["actor_ip"],
  },
  {
    format: "google-workspace",
    is: (record) => record["kind"] === "admin#reports#activity" || has(record, "eventService", "eventName"),
    source: (record) => logSource("gcp", workspaceService(record)),
    time: ["id.time", "eventTime"],
    user: ["actor.email"],
    srcIp: ["ipAddress"],
  },
  {
    format: "onelogin",
    is: (record) => has(record, "event_type_id"),
    source: () => logSource("onelogin", "onelogin.events"),
    time: ["event_timestamp", "created_at"],
    user: ["user_name"],
    srcIp: ["ipaddr"],
  },
  {
    format: "bitbucket-audit",
    is: (record) => isObject(record["auditType"]),
    source: () => logSource("bitbucket", "audit"),
    time: ["timestamp", "createdDate"],
    user: ["author.name"],
    srcIp: ["sourceIpAddress", "source"],
  },
  {
    format: "azure",
    is: isAzure,
    source: azureSource,
    time: ["TimeGenerated", "time", "eventTimestamp", "activityDateTime", "createdDateTime"],
    readTime: azureTime,
    user: [
      "UserPrincipalName",
      "properties.userPrincipalName",
      "properties.initiatedBy.user.userPrincipalName",
      "Caller",
      "caller",
      "identity.claims.http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn",
      "properties.userId",
      "properties.servicePrincipalName",
      "properties.initiatedBy.app.displayName",
      "properties.initiatedBy.Name",
      "identity.authorization.evidence.principalId",
      "properties.servicePrincipalId",
    ],
    srcIp: ["IPAddress", "callerIpAddress", "CallerIpAddress", "properties.ipAddress", "src_ip"],
    more: { dstIp: ["dst_ip"], url: ["properties.requestUri"] },
    extra: addAzureNames,
  },
  {
    format: "opencanary",
    is: (record) => has(record, "logtype", "logdata", "node_id"),
    source: () => logSource("opencanary", undefined, "application"),
    time: ["utc_time", "local_time_adjusted", "local_time"],
    user: ["logdata.USERNAME"],
    srcIp: ["src_host"],
    more: { dstIp: ["dst_host"] },
  },
  {
    format: "m365",
    is: (record) => has(record, "Operation") && (has(record, "Workload") || has(record, "OfficeWorkload")),
    source: () => logSource("m365", "audit"),
    time: ["CreationTime", "TimeGenerated"],
    user: ["UserId"],
    srcIp: ["ClientIP", "Client_IPAddress", "ClientIPAddress", "ActorIpAddress", "SenderIp"],
    more: { file: ["SourceFileName"], url: ["ObjectId"], email: ["P2Sender", "Sender"] },
    extra: (fields, record) => {
      addAsText(fields, record, "Parameters");
      addAsText(fields, record, "OperationProperties");
    },
  },
  {
    format: "m365-threat",
    is: (record) => record["eventSource"] === "SecurityComplianceCenter",
    source: () => logSource("m365", "threat_management"),
    time: ["CreationTime", "eventTime"],
    user: ["UserId"],
    srcIp: ["ClientIP"],
  },
];

function isGithub(record: JsonObject): boolean {
  if (typeof record["action"] !== "string" || !(has(record, "created_at") || has(record, "@timestamp"))) return false;
  if (has(record, "_document_id")) return true;
  return has(record, "actor") && ["org", "business", "repo", "repository"].some((name) => has(record, name));
}

/** Sigma's rules call these parts of the request by their last name; a pod of its own and one in a template alike. */
function addKubernetesNames(fields: OpenFields): void {
  const group = fields["objectRef.apiGroup"];
  if (group !== undefined) fields["apiGroup"] = group;
  for (const spec of ["requestObject.spec", "requestObject.spec.template.spec"]) {
    const path = fields[`${spec}.volumes.hostPath.path`];
    if (path !== undefined) fields["hostPath"] = path;
    const added = fields[`${spec}.containers.securityContext.capabilities.add`];
    if (added !== undefined) fields["capabilities"] = added;
  }
}

function workspaceService(record: JsonObject): string {
  const id = record["id"];
  const application = isObject(id) ? id["applicationName"] : undefined;
  return application === "login" ? "google_workspace.login" : "google_workspace.admin";
}

/** What the services write where they do not know. */
const UNKNOWN: ReadonlySet<string> = new Set(["unknown", "Unknown", "null"]);

function first(fields: OpenFields, names: readonly string[] = []): string | undefined {
  for (const name of names) {
    const value = text(fields[name]);
    if (value !== undefined && !UNKNOWN.has(value)) return value;
  }
  return undefined;
}

/** Microsoft 365 writes an address alone, in brackets, and with a port behind, IPv4 also in IPv6's clothes. */
const PEER = /^(?:\[([0-9a-fA-F.:]{2,45})\]|(\d{1,3}(?:\.\d{1,3}){3})|([0-9a-fA-F.:]{2,45}))(?::(\d{1,5}))?$/;

function peerOf(value: string | undefined): Pick<OpenEntities, "srcIp" | "srcPort"> {
  // CloudTrail writes a service's name here for calls made inside the cloud.
  const found = value === undefined ? null : PEER.exec(value);
  if (found === null) return {};
  const address = found[1] ?? found[2] ?? found[3] ?? "";
  return { srcIp: /^::ffff:\d/i.test(address) ? address.slice(7) : address, srcPort: portNumber(found[4]) };
}

/** Azure exports the audit log of its Kubernetes service as text inside its own records. */
function kubernetesOf(record: JsonObject): JsonObject | undefined {
  const properties = record["properties"];
  const log = isObject(properties) && startsWith(record["category"], "kube-audit") ? properties["log"] : undefined;
  if (typeof log !== "string") return undefined;
  try {
    const inner: unknown = JSON.parse(log);
    return isObject(inner) && startsWith(inner["apiVersion"], "audit.k8s.io/") ? inner : undefined;
  } catch {
    return undefined;
  }
}

/** The record as one of the known services' events; undefined when it is none of them. */
export function parseCloud(exported: JsonObject): Parsed | undefined {
  const inner = kubernetesOf(exported);
  const record = inner ?? exported;
  const known = FORMATS.find((format) => format.is(record));
  if (known === undefined) return undefined;
  const fields = flattenInto(newFields(), record);
  known.extra?.(fields, record);
  const cluster = inner === undefined ? undefined : text(exported["resourceId"]);
  if (cluster !== undefined) fields["resourceId"] = cluster;
  let time = Number.NaN;
  for (const name of known.time) {
    if (Number.isNaN(time)) time = (known.readTime ?? parseTime)(fields[name]);
  }
  const user = first(fields, known.user);
  const url = first(fields, known.more?.url);
  const entities: OpenEntities = {
    user,
    email: user?.includes("@") === true ? user : first(fields, known.more?.email),
    ...peerOf(first(fields, known.srcIp)),
    dstIp: peerOf(first(fields, known.more?.dstIp)).srcIp,
    url: url?.includes("://") === true ? url : undefined,
    file: first(fields, known.more?.file),
  };
  // Side by side in the records of flows; nowhere else has either name.
  entities.srcPort ??= portNumber(first(fields, ["src_port"]));
  entities.dstPort = portNumber(first(fields, ["dst_port"]));
  return { format: known.format, time, host: undefined, logsource: known.source(record), entities, fields };
}
