/**
 * Azure's diagnostic settings and Log Analytics tables: which log a record is from, told by its category.
 * A network flow record holds many flows; each of its fields is the list of what they say.
 */
import { type LogSource, tableOf } from "../../../../kernel/index.ts";
import { MAX_VALUES } from "../limits.ts";
import { logSource } from "../logsources.ts";
import type { JsonObject, OpenFields } from "../parsed.ts";
import { addValue, isObject, portNumber, text } from "../parsed.ts";
import { parseTime } from "../time.ts";

function has(record: JsonObject, ...names: readonly string[]): boolean {
  return names.every((name) => record[name] !== undefined);
}

/** Categories of the activity log; also what event hubs were once given. */
const ACTIVITY =
  /^(?:administrative|security|servicehealth|alert|recommendation|policy|autoscale|resourcehealth|action|write|delete)$/;
/** Entra's logs that are neither sign-ins nor the audit log. */
const ENTRA = tableOf<string>({
  riskyusers: "riskdetection",
  userriskevents: "riskdetection",
  riskyserviceprincipals: "riskdetection",
  serviceprincipalriskevents: "riskdetection",
  microsoftgraphactivitylogs: "graphactivitylogs",
  aadgraphactivitylogs: "graphactivitylogs",
  provisioninglogs: "provisioninglogs",
});
/** "8/22/2026 6:11:52 PM": some of Entra's logs have the time as the culture of their writer has it. */
const AMERICAN = /^(\d{1,2})\/(\d{1,2})\/(\d{4}) (\d{1,2}):(\d\d):(\d\d) (AM|PM)$/;

export function azureTime(value: unknown): number {
  const match = typeof value === "string" && value.length <= 24 ? AMERICAN.exec(value) : null;
  if (match === null) return parseTime(value);
  const [, month = "", day = "", year = "", hour = "", minute = "", second = "", half] = match;
  const hours = (Number(hour) % 12) + (half === "PM" ? 12 : 0);
  const two = (digits: string | number): string => String(digits).padStart(2, "0");
  return parseTime(`${year}-${two(month)}-${two(day)}T${two(hours)}:${minute}:${second}Z`);
}

const FLOWS: ReadonlySet<string> = new Set(["networksecuritygroupflowevent", "flowlogflowevent"]);

function categoryOf(record: JsonObject): string {
  return (text(record["category"] ?? record["Category"] ?? record["CategoryValue"]) ?? "").toLowerCase();
}

function resourceOf(record: JsonObject): string {
  const resource = record["resourceId"] ?? record["ResourceId"] ?? record["_ResourceId"] ?? record["targetResourceID"];
  return typeof resource === "string" ? resource.toLowerCase() : "";
}

export function azureSource(record: JsonObject): LogSource {
  const category = categoryOf(record);
  const table = (text(record["Type"]) ?? "").toLowerCase();
  if (FLOWS.has(category)) return logSource("azure", "flow", "firewall");
  const entra = ENTRA[category] ?? ENTRA[table];
  if (has(record, "riskEventType")) return logSource("azure", "riskdetection");
  if (entra !== undefined) return logSource("azure", entra);
  if (category.includes("signin") || table.includes("signin") || has(record, "AppDisplayName", "UserPrincipalName")) {
    return logSource("azure", "signinlogs");
  }
  const isDirectory = has(record, "LoggedByService") || has(record, "TargetResources") || table === "auditlogs";
  if (isDirectory || category === "auditlogs" || resourceOf(record).includes("microsoft.aadiam")) {
    return logSource("azure", "auditlogs");
  }
  return logSource("azure", "activitylogs");
}

/** Logs of single resources (firewall, gateway, vault …) have any category, and parsers of their own. */
export function isAzure(record: JsonObject): boolean {
  if (has(record, "riskEventType")) return true;
  const category = categoryOf(record);
  if (FLOWS.has(category)) return isObject(record["properties"]) || isObject(record["flowRecords"]);
  const operation = record["operationName"] ?? record["OperationName"] ?? record["OperationNameValue"];
  if (operation === undefined) return false;
  const resource = resourceOf(record);
  if (/^\/(?:subscriptions|tenants|providers)\//.test(resource)) {
    return category === "" || ACTIVITY.test(category) || !resource.startsWith("/subscriptions/") || has(record, "Type");
  }
  return (
    has(record, "TargetResources") || record["SourceSystem"] === "Azure AD" || has(record, "ResourceProviderValue")
  );
}

const PROTOCOLS = tableOf<string>({ T: "TCP", U: "UDP", 6: "TCP", 17: "UDP", 1: "ICMP", 58: "ICMP" });

/**
 * `time,source,destination,port,port,protocol,direction,decision…`: NSG flow logs versions 1 and 2 write A or D as the
 * decision, those of virtual networks write the flow's state there, of which D is "denied".
 */
function addTuple(fields: OpenFields, tuple: string): void {
  const [, src, dst, srcPort, dstPort, protocol = "", direction, decision] = tuple.split(",", 8);
  if (src === undefined || dst === undefined || decision === undefined) return;
  addValue(fields, "src_ip", src);
  addValue(fields, "dst_ip", dst);
  const ports = { src_port: portNumber(srcPort), dst_port: portNumber(dstPort) };
  if (ports.src_port !== undefined) addValue(fields, "src_port", ports.src_port);
  if (ports.dst_port !== undefined) addValue(fields, "dst_port", ports.dst_port);
  addValue(fields, "protocol", PROTOCOLS[protocol] ?? protocol);
  addValue(fields, "direction", direction === "I" ? "inbound" : "outbound");
  addValue(fields, "action", decision === "D" ? "deny" : "allow");
}

/** The flows of a record side by side under Sigma's names. */
function addFlows(fields: OpenFields): void {
  for (const name of ["properties.flows.flows.flowTuples", "flowRecords.flows.flowGroups.flowTuples"]) {
    const tuples = fields[name];
    const list = Array.isArray(tuples) ? tuples : [tuples];
    for (const tuple of list.slice(0, MAX_VALUES)) if (typeof tuple === "string") addTuple(fields, tuple.slice(0, 512));
  }
}

/** What rules call otherwise than the record. */
export function addAzureNames(fields: OpenFields, record: JsonObject): void {
  if (FLOWS.has(categoryOf(record))) addFlows(fields);
  // Sigma's rules for the audit log ask for the activity's name as the portal's export has it.
  const activity = fields["properties.activityDisplayName"];
  if (activity !== undefined) fields["properties.message"] ??= activity;
  // The table of Log Analytics has it at the top, and so have Sigma's rules for risk detections.
  const risk = fields["properties.riskEventType"];
  if (risk !== undefined) fields["riskEventType"] ??= risk;
}
