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

interface CloudFormat {
  readonly format: string;
  readonly is: (record: JsonObject) => boolean;
  readonly source: (record: JsonObject) => LogSource;
  readonly time: readonly string[];
  readonly user: readonly string[];
  readonly srcIp: readonly string[];
  readonly extra?: (fields: OpenFields, record: JsonObject) => void;
}

function has(record: JsonObject, ...names: readonly string[]): boolean {
  for (const name of names) if (record[name] === undefined) return false;
  return true;
}

function startsWith(value: unknown, prefix: string): boolean {
  return typeof value === "string" && value.startsWith(prefix);
}

/** Objects that rules search as one text. */
const AS_TEXT_MAX = 65_536;
function addAsText(fields: OpenFields, record: JsonObject, name: string): void {
  const value = record[name];
  if (!isObject(value)) return;
  try {
    const written = JSON.stringify(value);
    if (written.length <= AS_TEXT_MAX) fields[name] = written;
  } catch {
    // Nested deeper than the stack: the dotted members above the limit are there.
    fields[TRUNCATED] = true;
  }
}

function azureSource(record: JsonObject): LogSource {
  const category = String(record["category"] ?? record["Category"] ?? record["CategoryValue"] ?? "").toLowerCase();
  const table = String(record["Type"] ?? "").toLowerCase();
  if (has(record, "riskEventType")) return logSource("azure", "riskdetection");
  if (category.includes("signin") || table.includes("signin") || has(record, "AppDisplayName", "UserPrincipalName")) {
    return logSource("azure", "signinlogs");
  }
  const isDirectory = has(record, "LoggedByService") || has(record, "TargetResources") || table === "auditlogs";
  const resource = String(record["resourceId"] ?? record["ResourceId"] ?? "").toLowerCase();
  if (isDirectory || category === "auditlogs" || resource.includes("microsoft.aadiam")) {
    return logSource("azure", "auditlogs");
  }
  return logSource("azure", "activitylogs");
}

function isAzure(record: JsonObject): boolean {
  if (has(record, "riskEventType")) return true;
  const operation = record["operationName"] ?? record["OperationName"] ?? record["OperationNameValue"];
  if (operation === undefined) return false;
  const resource = record["resourceId"] ?? record["ResourceId"] ?? record["_ResourceId"];
  if (typeof resource === "string" && /^\/(?:subscriptions|tenants|providers)\//i.test(resource)) return true;
  return (
    has(record, "TargetResources") || record["SourceSystem"] === "Azure AD" || has(record, "ResourceProviderValue")
  );
}

const FORMATS: readonly CloudFormat[] = [
  {
    format: "aws-cloudtrail",
    is: (record) => has(record, "eventSource", "eventName", "awsRegion") || has(record, "eventName", "userIdentity"),
    source: () => logSource("aws", "cloudtrail"),
    time: ["eventTime", "@timestamp"],
    user: ["userIdentity.userName", "userIdentity.sessionContext.sessionIssuer.userName", "userIdentity.arn"],
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
    user: ["protoPayload.authenticationInfo.principalEmail"],
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
  },
  {
    format: "okta",
    is: (record) => has(record, "eventType", "published") && (has(record, "actor") || has(record, "debugContext")),
    source: () => logSource("okta", "okta"),
    time: ["published"],
    user: ["actor.alternateId", "actor.displayName"],
    srcIp: ["client.ipAddress"],
  },
  {
    format: "github-audit",
    is: (record) => typeof record["action"] === "string" && has(record, "actor") && isGithub(record),
    source: () => logSource("github", "audit"),
    time: ["@timestamp", "created_at"],
    user: ["actor"],
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
    user: [
      "UserPrincipalName",
      "properties.userPrincipalName",
      "properties.initiatedBy.user.userPrincipalName",
      "Caller",
      "caller",
    ],
    srcIp: ["IPAddress", "callerIpAddress", "CallerIpAddress", "properties.ipAddress"],
  },
  {
    format: "opencanary",
    is: (record) => has(record, "logtype", "logdata", "node_id"),
    source: () => logSource("opencanary", undefined, "application"),
    time: ["utc_time", "local_time_adjusted", "local_time"],
    user: ["logdata.USERNAME"],
    srcIp: ["src_host"],
  },
  {
    format: "m365",
    is: (record) => has(record, "Operation") && (has(record, "Workload") || has(record, "OfficeWorkload")),
    source: () => logSource("m365", "audit"),
    time: ["CreationTime", "TimeGenerated"],
    user: ["UserId"],
    srcIp: ["ClientIP", "Client_IPAddress", "ClientIPAddress", "ActorIpAddress"],
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
  const hasTime = has(record, "created_at") || has(record, "@timestamp");
  return (
    hasTime && (has(record, "org") || has(record, "business") || has(record, "_document_id") || has(record, "repo"))
  );
}

function workspaceService(record: JsonObject): string {
  const id = record["id"];
  const application = isObject(id) ? id["applicationName"] : undefined;
  return application === "login" ? "google_workspace.login" : "google_workspace.admin";
}

function first(fields: OpenFields, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = text(fields[name]);
    if (value !== undefined) return value;
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
    if (Number.isNaN(time)) time = parseTime(fields[name]);
  }
  const user = first(fields, known.user);
  const entities: OpenEntities = {
    user,
    email: user?.includes("@") === true ? user : undefined,
    ...peerOf(first(fields, known.srcIp)),
  };
  return { format: known.format, time, host: undefined, logsource: known.source(record), entities, fields };
}
