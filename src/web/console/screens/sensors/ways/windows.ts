import { type Addresses, elasticUrl, TOKEN } from "./addresses.ts";
import type { Way } from "./way.ts";

const ELASTIC = { group: "windows", door: "elastic", opens: [], needsToken: true } as const;

function beatOutput(at: Addresses): string {
  return `output.elasticsearch:
  hosts: ["${elasticUrl(at)}"]
  api_key: "khien:\${${TOKEN}}"

setup.ilm.enabled: false
setup.template.enabled: false`;
}

export const WINDOWS: readonly Way[] = [
  {
    ...ELASTIC,
    id: "winlogbeat",
    words: "elastic beats sysmon security powershell event log",
    snippets: (at) => [
      {
        place: "C:\\Program Files\\Winlogbeat\\winlogbeat.yml",
        text: `winlogbeat.event_logs:
  - name: Security
  - name: System
  - name: Microsoft-Windows-Sysmon/Operational
  - name: Microsoft-Windows-PowerShell/Operational
  - name: Microsoft-Windows-Windows Defender/Operational

${beatOutput(at)}`,
      },
    ],
  },
  {
    ...ELASTIC,
    id: "wef",
    words: "windows event forwarding wec collector forwardedevents subscription gpo winlogbeat",
    snippets: (at) => [
      { place: "cmd", text: "wecutil qc /q" },
      {
        place: "C:\\Program Files\\Winlogbeat\\winlogbeat.yml",
        text: `winlogbeat.event_logs:
  - name: ForwardedEvents
    forwarded: true

${beatOutput(at)}`,
      },
    ],
  },
  {
    id: "evtx",
    group: "windows",
    door: "watch",
    opens: [["watchFolders", "dc-1=/srv/evtx/dc-1"]],
    needsToken: false,
    words: "windows event log export wevtutil archive backup folder",
    snippets: () => [
      {
        place: "PowerShell",
        text: `$at = Get-Date -Format yyyyMMdd-HHmmss
wevtutil epl Security "\\\\files\\evtx\\dc-1\\Security-$at.evtx" "/q:*[System[TimeCreated[timediff(@SystemTime) <= 3600000]]]"`,
      },
    ],
  },
];
