import { type Migration, readMigrations } from "../db/index.ts";
import type { Audit } from "../audit/index.ts";
import type { Route } from "../http/index.ts";
import type { LiveChannel } from "../live/index.ts";
import type { Urgency } from "./core/urgency.ts";
import { Courier, type CourierDeps } from "./courier.ts";
import { destinationRoutes } from "./destination-routes.ts";
import { Destinations } from "./destinations.ts";
import { Notices } from "./notices.ts";
import { Preferences } from "./preferences.ts";
import { ownNoticeRoutes } from "./routes.ts";
import { Sealing } from "./sealing.ts";

export type { Language, Say, Tlp } from "./core/letters.ts";
export type { Urgency } from "./core/urgency.ts";
export type { Courier } from "./courier.ts";
export { COURIER_MS } from "./limits.ts";
export type { Account, AccountsOf, Call, Notices, Telling, Title } from "./notices.ts";
export { mailDestination, type MailSettings } from "./ways/mail.ts";

export const noticesMigrations: Migration[] = readMigrations(
  "platform-notices",
  new URL("./migrations/", import.meta.url),
);

export interface NoticesDeps extends Omit<CourierDeps, "sealing"> {
  readonly audit: Audit;
  readonly live: LiveChannel;
  readonly dataDir: string;
  /** Every kind of notice, and how much it presses unless the news says otherwise. */
  readonly kinds: ReadonlyMap<string, Urgency>;
  /** Those of them that may be told to a channel many read. */
  readonly teamKinds: ReadonlyMap<string, Urgency>;
}

export interface NoticesPart {
  readonly notices: Notices;
  readonly courier: Courier;
  readonly routes: readonly Route[];
  /** Ways out there are at this moment. */
  openWays(): Promise<readonly string[]>;
}

/** See README.md. */
export function openNotices(deps: NoticesDeps): NoticesPart {
  const sealing = Sealing.open(deps.dataDir);
  const mailOpen = deps.mail !== undefined;
  const courier = new Courier({ ...deps, sealing });
  const notices = new Notices({ ...deps, mailOpen });
  const preferences = new Preferences({ ...deps, courier, mailOpen });
  const destinations = new Destinations({ ...deps, kinds: deps.teamKinds, courier, sealing });
  return {
    notices,
    courier,
    openWays: async () => (await preferences.ways()).map(({ way }) => way),
    routes: [
      ...ownNoticeRoutes({ notices, preferences }),
      ...destinationRoutes({ destinations, preferences, kinds: deps.teamKinds, mail: deps.mail }),
    ],
  };
}
