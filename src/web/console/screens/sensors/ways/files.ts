import { TOKEN } from "./addresses.ts";
import type { Way } from "./way.ts";

const HTTP = { group: "own", door: "http", opens: [], needsToken: true } as const;

/** Khiên's own ways: its HTTP interface, files sent from elsewhere, folders it watches itself. */
export const FILES: readonly Way[] = [
  {
    ...HTTP,
    id: "http",
    words: "api curl ndjson json rest script",
    snippets: ({ origin }) => [
      {
        place: "sh",
        text: `curl -sS -H "Authorization: Bearer $${TOKEN}" \\
  -H "Content-Type: application/x-ndjson" \\
  --data-binary @events.ndjson \\
  "${origin}/api/v1/events?sensor=my-server"`,
      },
      {
        place: "PowerShell",
        text: `Invoke-RestMethod -Method Post -Uri "${origin}/api/v1/events?sensor=my-server" \`
  -Headers @{ Authorization = "Bearer $env:${TOKEN}" } \`
  -ContentType "text/plain" -InFile C:\\logs\\app.log`,
      },
    ],
  },
  {
    ...HTTP,
    id: "files",
    words: "ingest import evtx zip gz folder history",
    snippets: ({ origin }) => [{ place: "sh", text: `${TOKEN}=… bin/khien ingest /var/log/export --url ${origin}` }],
  },
  {
    id: "watch",
    group: "own",
    door: "watch",
    opens: [["watchFolders", "web-1=/var/log/nginx,/srv/exports"]],
    needsToken: false,
    words: "folder directory tail logrotate nginx apache mount nfs",
    snippets: () => [
      {
        place: "logrotate",
        text: `/var/log/nginx/*.log {
    daily
    rotate 14
    create 0640 www-data khien
    delaycompress
    compress
}`,
      },
    ],
  },
];
