import { Fault } from "../kernel/index.ts";
import type { Config } from "../platform/config/index.ts";
import { checkDoorSettings } from "./door-settings.ts";
import { tellNews } from "./notices/topics.ts";
import { checkMailSettings } from "./notices/wire-notices.ts";
import { checkOidcSettings } from "./oidc-settings.ts";
import { loadContent } from "./parts/content.ts";
import { openGround } from "./parts/ground.ts";
import { openResponding, type Tuning } from "./parts/responding.ts";
import { openWatching } from "./parts/watching.ts";
import { wireReactions } from "./reactions.ts";

/** Every part of the server, built in dependency order: read `parts/` as the parts list. */
export async function wire(config: Config, tuning: Tuning = {}) {
  const content = await loadContent(config);
  const ground = await openGround(config, content);
  for (const problem of content.problems) ground.log.error({ ...problem }, "content is wrong");
  const watching = openWatching(ground, content);
  const responding = await openResponding(ground, watching, { content, tuning });
  const parts = { ...ground, ...watching, ...responding };
  const { outbox, alerts, triage, ownNews, notices, log } = parts;
  wireReactions(outbox, { alerts, triage, ownNews });
  tellNews(outbox, { notices, log });
  return parts;
}

export type Parts = Awaited<ReturnType<typeof wire>>;

/** Refuses to run on settings that contradict each other. */
export function checkConfig(config: Config): void {
  checkDoorSettings(config);
  checkMailSettings(config);
  checkOidcSettings(config);
  const loopback = config.httpHost === "127.0.0.1" || config.httpHost === "::1" || config.httpHost === "localhost";
  if (!loopback && config.publicUrl === undefined) {
    throw new Fault(
      "invalid",
      "config.public_url.missing",
      `httpHost ${config.httpHost} opens the console to the network: put a TLS-terminating proxy in front and set publicUrl to its https address`,
    );
  }
}
