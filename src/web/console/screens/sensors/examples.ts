/** Every way in, and for each the configuration to copy, with this installation's own addresses in it. */
import type { IngestState } from "../../api/types.ts";
import { addressesOf, type Snippet } from "./ways/addresses.ts";
import { AGENTS } from "./ways/agents.ts";
import { FILES } from "./ways/files.ts";
import { NETWORK } from "./ways/network.ts";
import { SYSLOG } from "./ways/syslog.ts";
import type { Way, WayGroup } from "./ways/way.ts";
import { WINDOWS } from "./ways/windows.ts";

export type Listener = IngestState["listeners"][number];
export const GROUPS: readonly WayGroup[] = ["own", "syslog", "agents", "windows", "network", "bus"];
export const WAYS: readonly Way[] = [...FILES, ...SYSLOG, ...AGENTS, ...WINDOWS, ...NETWORK];

export function listenerOf(way: Way, listeners: readonly Listener[]): Listener | undefined {
  return listeners.find(({ name }) => name === way.door);
}

export function snippetsOf(way: Way, listeners: readonly Listener[], at: URL): readonly Snippet[] {
  return way.snippets(addressesOf(listeners, at));
}

/** Every word of the search must be somewhere in what a way is called and described by. */
export function matches(way: Way, told: string, search: string): boolean {
  const text = `${way.id} ${way.door} ${way.words} ${told}`.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/u)
    .every((word) => text.includes(word));
}

/** As an environment variable of the server: `syslogTlsPort` is `KHIEN_SYSLOG_TLS_PORT`. */
export function settingLines(way: Way): string {
  return way.opens
    .map(([setting, example]) => {
      const variable = `KHIEN_${setting.replace(/[A-Z]/gu, (letter) => `_${letter}`).toUpperCase()}`;
      return `${variable}=${example}`;
    })
    .join("\n");
}
