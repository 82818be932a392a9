import { Fault } from "../../kernel/index.ts";
import type { Audit } from "../../platform/audit/index.ts";
import type { Auth } from "../../platform/auth/index.ts";
import type { Clock } from "../../platform/clock/index.ts";
import type { Config } from "../../platform/config/index.ts";
import type { Records } from "../../platform/db/index.ts";
import type { EgressGate } from "../../platform/egress/index.ts";
import type { LiveChannel } from "../../platform/live/index.ts";
import type { Log } from "../../platform/log/index.ts";
import {
  type AccountsOf,
  type Language,
  mailDestination,
  type MailSettings,
  openNotices,
} from "../../platform/notices/index.ts";
import { loadTexts } from "../texts.ts";
import { noticeKinds, teamKinds } from "./kinds.ts";
import type { PeopleWho } from "./own-news.ts";

interface Deps {
  readonly config: Config;
  readonly records: Records;
  readonly audit: Audit;
  readonly auth: Auth;
  readonly clock: Clock;
  readonly live: LiveChannel;
  readonly log: Log;
  readonly egress: EgressGate;
}

/** Notices, with the people of this installation and its texts. */
export function wireNotices({ config, auth, ...deps }: Deps) {
  const texts = { vi: loadTexts("vi"), en: loadTexts("en") };
  const accountsOf: AccountsOf = async (ids) => {
    const wanted = new Set(ids);
    const accounts = (await auth.service.accounts()).filter(({ id }) => wanted.has(id));
    return new Map(accounts.map((account) => [account.id, account]));
  };
  const peopleWho: PeopleWho = async (permission) =>
    (await auth.service.accounts()).filter(({ permissions }) => permissions.has(permission)).map(({ id }) => id);
  let base = config.publicUrl ?? `http://127.0.0.1:${config.httpPort}`;
  const part = openNotices({
    ...deps,
    dataDir: config.dataDir,
    accountsOf,
    mail: mailSettings(config),
    kinds: noticeKinds,
    teamKinds,
    say: (language: Language, key, params) => texts[language].say(key, params),
    base: () => base.replace(/\/$/u, ""),
  });
  return {
    notices: part.notices,
    noticeCourier: part.courier,
    noticeRoutes: part.routes,
    openNoticeWays: part.openWays,
    peopleWho,
    /** Without a public address, links lead to where the server listens. */
    openNoticesAt: (url: URL): void => {
      base = config.publicUrl ?? url.origin;
    },
  };
}

export function mailSettings(config: Config): MailSettings | undefined {
  const { mailHost, mailPort, mailTls, mailUser, mailPasswordFile, mailFrom, mailCaFile } = config;
  if (mailHost === "") return undefined;
  return {
    host: mailHost,
    port: mailPort,
    tls: mailTls,
    user: mailUser,
    passwordFile: mailPasswordFile,
    from: mailFrom ?? "",
    caFile: mailCaFile,
  };
}

/** Naming the mail server in the settings is the permission to connect to it. */
export function mailDestinations(config: Config): readonly string[] {
  return config.mailHost === "" ? [] : [mailDestination({ host: config.mailHost, port: config.mailPort })];
}

/** Refuses to run with mail settings that cannot work or would send in the clear. */
export function checkMailSettings({ mailHost, mailFrom, mailTls, mailUser, mailPasswordFile }: Config): void {
  if (mailHost === "") return;
  if (mailFrom === undefined) {
    throw new Fault("invalid", "config.mail.sender_missing", "mailHost is set: set mailFrom to the sender's address");
  }
  if (mailTls === "none" && !["127.0.0.1", "::1", "localhost"].includes(mailHost)) {
    throw new Fault("invalid", "config.mail.plain", "mailTls none sends in the clear: only to this machine");
  }
  if (mailUser !== undefined && mailPasswordFile === undefined) {
    throw new Fault("invalid", "config.mail.password_missing", "mailUser is set: set mailPasswordFile");
  }
}
