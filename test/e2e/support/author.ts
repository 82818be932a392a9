/** What a rule author has at hand: a rule in three states of being finished, and records to try it on. */

/** Text no rule of ours looks for, so that only the author's rule can answer. */
export const MARK = "khien-thu-luat";
export const TITLE = "Công cụ thử luật chạy trên máy chủ";
export const QUIET_HOST = "MAY-VA-LOI-01";
export const OTHER_HOST = "MAY-KE-TOAN-07";

export function ownRule({ condition = "selection", level = "high" } = {}): string {
  return `title: ${TITLE}
status: experimental
description: A tool that nobody has ordered runs.
author: Tổ phát hiện Sông Lam
date: 2026-11-21
tags:
  - attack.execution
  - attack.t1059
logsource:
  product: windows
  category: process_creation
detection:
  selection:
    CommandLine|contains: ${MARK}
  condition: ${condition}
level: ${level}
`;
}

export function processRecord(host: string, commandLine: string, at = new Date()): string {
  return JSON.stringify({
    EventTime: at.toISOString(),
    Hostname: host,
    EventID: 1,
    SourceName: "Microsoft-Windows-Sysmon",
    Channel: "Microsoft-Windows-Sysmon/Operational",
    Image: "C:\\Windows\\System32\\cmd.exe",
    CommandLine: commandLine,
    User: "SONGLAM\\bao.tran",
    SourceModuleType: "im_msvistalog",
  });
}

export function sshRefusals(count: number, endsAt: number): string {
  return Array.from({ length: count }, (_, index) => {
    const at = new Date(endsAt - (count - index) * 1_000).toISOString();
    return `<86>1 ${at} may-trung-gian sshd 4242 - - Failed password for root from 203.0.113.77 port ${40_000 + index} ssh2\n`;
  }).join("");
}
