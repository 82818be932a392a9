/** Sigma's names for Windows event channels and for the kinds of event with a category of their own. */
import { type LogSource, tableOf } from "../../../../kernel/index.ts";
import { logSource } from "../logsources.ts";
import { MAX_LOGSOURCES } from "../limits.ts";

/** Channel in lower case → `logsource.service` (Sigma specification, appendix taxonomy, and the rule set's own use). */
const SERVICES: ReadonlyMap<string, string> = new Map([
  ["application", "application"],
  ["security", "security"],
  ["system", "system"],
  ["directory service", "directory-service"],
  ["dns server", "dns-server"],
  ["forwardedevents", "forwardedevents"],
  ["windows powershell", "powershell-classic"],
  ["microsoft-windows-powershell/operational", "powershell"],
  ["powershellcore/operational", "powershell"],
  ["microsoft-windows-sysmon/operational", "sysmon"],
  ["linux-sysmon/operational", "sysmon"],
  ["microsoft-windows-taskscheduler/operational", "taskscheduler"],
  ["microsoft-windows-wmi-activity/operational", "wmi"],
  ["microsoft-windows-dhcp-server/operational", "dhcp"],
  ["microsoft-windows-ntlm/operational", "ntlm"],
  ["microsoft-windows-dns-server/audit", "dns-server-audit"],
  ["microsoft-windows-dns-server/analytical", "dns-server-analytic"],
  ["microsoft-windows-dnsserver/audit", "dns-server-audit"],
  ["microsoft-windows-dnsserver/analytical", "dns-server-analytic"],
  ["microsoft-windows-dns-client/operational", "dns-client"],
  ["microsoft-windows-dns client events/operational", "dns-client"],
  ["microsoft-windows-windows defender/operational", "windefend"],
  ["microsoft-windows-printservice/admin", "printservice-admin"],
  ["microsoft-windows-printservice/operational", "printservice-operational"],
  ["microsoft-windows-smbclient/security", "smbclient-security"],
  ["microsoft-windows-smbclient/connectivity", "smbclient-connectivity"],
  ["microsoft-windows-smbserver/connectivity", "smbserver-connectivity"],
  ["microsoft-windows-terminalservices-localsessionmanager/operational", "terminalservices-localsessionmanager"],
  ["microsoft-windows-codeintegrity/operational", "codeintegrity-operational"],
  ["microsoft-windows-applocker/msi and script", "applocker"],
  ["microsoft-windows-applocker/exe and dll", "applocker"],
  ["microsoft-windows-applocker/packaged app-deployment", "applocker"],
  ["microsoft-windows-applocker/packaged app-execution", "applocker"],
  ["msexchange management", "msexchange-management"],
  ["microsoft-windows-windows firewall with advanced security/firewall", "firewall-as"],
  ["microsoft-windows-bits-client/operational", "bits-client"],
  ["microsoft-windows-security-mitigations/kernel mode", "security-mitigations"],
  ["microsoft-windows-security-mitigations/user mode", "security-mitigations"],
  ["microsoft-windows-diagnosis-scripted/operational", "diagnosis-scripted"],
  ["microsoft-windows-shell-core/operational", "shell-core"],
  ["openssh/operational", "openssh"],
  ["microsoft-windows-ldap-client/debug", "ldap"],
  ["microsoft-windows-bitlocker/bitlocker management", "bitlocker"],
  ["microsoft-windows-vhdmp/operational", "vhdmp"],
  ["microsoft-windows-vhdmp-operational", "vhdmp"],
  ["microsoft-windows-appxdeploymentserver/operational", "appxdeployment-server"],
  ["microsoft-windows-appxdeployment-server/operational", "appxdeployment-server"],
  ["microsoft-windows-appxpackaging/operational", "appxpackaging-om"],
  ["microsoft-windows-lsa/operational", "lsa-server"],
  ["microsoft-windows-appmodel-runtime/admin", "appmodel-runtime"],
  ["microsoft-windows-capi2/operational", "capi2"],
  [
    "microsoft-windows-certificateservicesclient-lifecycle-system/operational",
    "certificateservicesclient-lifecycle-system",
  ],
  ["microsoft-windows-kernel-shimengine/operational", "kernel-shimengine"],
  ["microsoft-windows-kernel-shimengine/diagnostic", "kernel-shimengine"],
  ["microsoft-windows-application-experience/program-telemetry", "application-experience"],
  ["microsoft-windows-application-experience/program-compatibility-assistant", "application-experience"],
  ["microsoft-windows-ntfs/operational", "ntfs"],
  ["microsoft-windows-hyper-v-worker", "hyper-v-worker"],
  ["microsoft-windows-hyper-v-worker-admin", "hyper-v-worker"],
  ["microsoft-windows-kernel-eventtracing", "kernel-event-tracing"],
  ["microsoft-windows-kernel-eventtracing/admin", "kernel-event-tracing"],
  ["microsoft-windows-sense/operational", "sense"],
  ["microsoft-servicebus-client/admin", "servicebus-client"],
  ["microsoft-servicebus-client/operational", "servicebus-client"],
  ["microsoft-iis-configuration/operational", "iis-configuration"],
  ["microsoft-windows-driverframeworks-usermode/operational", "driver-framework"],
]);

/** Sysmon schema 4.90, event ids. Ids with several Sigma categories carry the widest one. */
const SYSMON: Readonly<Record<number, string>> = {
  1: "process_creation",
  2: "file_change",
  3: "network_connection",
  4: "sysmon_status",
  5: "process_termination",
  6: "driver_load",
  7: "image_load",
  8: "create_remote_thread",
  9: "raw_access_thread",
  10: "process_access",
  11: "file_event",
  12: "registry_event",
  13: "registry_set",
  14: "registry_rename",
  15: "create_stream_hash",
  16: "sysmon_status",
  17: "pipe_created",
  18: "pipe_created",
  19: "wmi_event",
  20: "wmi_event",
  21: "wmi_event",
  22: "dns_query",
  23: "file_delete",
  24: "clipboard_change",
  25: "process_tampering",
  26: "file_delete_detected",
  27: "file_block_executable",
  28: "file_block_shredding",
  29: "file_executable_detected",
  255: "sysmon_error",
};

const CATEGORIES = tableOf<Readonly<Record<number, string>>>({
  sysmon: SYSMON,
  security: { 4688: "process_creation" },
  powershell: { 4103: "ps_module", 4104: "ps_script" },
  "powershell-classic": { 400: "ps_classic_start", 600: "ps_classic_provider_start", 800: "ps_classic_script" },
});

const byChannel = new Map<string, Map<number, LogSource>>();

function makeSource(channel: string, eventId: number): LogSource {
  const lower = channel.toLowerCase();
  // An unknown channel keeps its own name, so that a rule can still be written for it.
  const service = SERVICES.get(lower) ?? lower;
  return logSource("windows", service, CATEGORIES[service]?.[eventId]);
}

/** The log source of a Windows event; two map look-ups for anything seen before. */
export function windowsSource(channel: unknown, eventId: unknown): LogSource {
  if (typeof channel !== "string" || channel === "") return logSource("windows");
  const id = typeof eventId === "number" ? eventId : -1;
  let byId = byChannel.get(channel);
  if (byId === undefined) {
    if (byChannel.size >= MAX_LOGSOURCES) return makeSource(channel, id);
    byId = new Map();
    byChannel.set(channel, byId);
  }
  let source = byId.get(id);
  if (source === undefined) {
    source = makeSource(channel, id);
    if (byId.size < MAX_LOGSOURCES) byId.set(id, source);
  }
  return source;
}
