import { useNavigate } from "@tanstack/react-router";
import { Button } from "../../kit/button.tsx";
import { useFormat } from "../../kit/i18n/format.ts";
import { useText } from "../../kit/i18n/text.tsx";
import { Icon } from "../../kit/icon.tsx";
import { Menu, MenuItem, MenuLabel, MenuLine } from "../../kit/menu.tsx";
import { When } from "../../kit/when.tsx";
import type { Notice } from "../api/notice-types.ts";
import { NoticeAbout, UrgencyMark, useKindText } from "../screens/notices/notice-words.tsx";
import { useNewestNotices, useNoticeCount, useOpenNotice, useRead } from "../screens/notices/use-notices.ts";

const MOST_SHOWN = 99;

function Line({ notice }: { notice: Notice }) {
  const kindText = useKindText();
  return (
    <span className={notice.readAt === null ? "bell-line unread" : "bell-line"}>
      <span className="bell-head">
        <span className="truncate grow">{kindText(notice.kind)}</span>
        <UrgencyMark urgency={notice.urgency} />
      </span>
      <span className="bell-head small quiet">
        <span className="notice-about grow">
          <NoticeAbout notice={notice} />
        </span>
        <When at={notice.at} />
      </span>
    </span>
  );
}

/** What the person was told and has not read; nothing blinks. */
export function NoticeBell() {
  const t = useText();
  const format = useFormat();
  const navigate = useNavigate();
  const count = useNoticeCount();
  const newest = useNewestNotices((count.data?.unread ?? 0) > 0);
  const read = useRead();
  const open = useOpenNotice();
  const unread = count.data?.unread ?? 0;
  const critical = (count.data?.critical ?? 0) > 0;
  const items = newest.data?.items ?? [];
  return (
    <Menu
      align="end"
      trigger={
        <Button
          kind="plain"
          className="bell"
          aria-label={t("notices.bell", { n: unread })}
          title={t("notices.bell", { n: unread })}
          data-testid="notice-bell"
        >
          <Icon name="bell" />
          {unread > 0 && (
            <span
              className={critical ? "bell-count critical" : "bell-count"}
              aria-hidden="true"
              data-testid="notice-count"
            >
              {unread > MOST_SHOWN ? `${MOST_SHOWN}+` : format.number(unread)}
            </span>
          )}
        </Button>
      }
    >
      <MenuLabel>{t("place.notices")}</MenuLabel>
      {unread === 0 && <MenuLabel>{t("notices.none.unread")}</MenuLabel>}
      {unread > 0 &&
        items.map((notice) => (
          <MenuItem key={notice.id} onSelect={() => open(notice)} testId="bell-notice">
            <Line notice={notice} />
          </MenuItem>
        ))}
      <MenuLine />
      {unread > 0 && (
        <MenuItem
          icon="check"
          onSelect={() => items[0] !== undefined && read.mutate({ upTo: items[0].at })}
          testId="bell-read-all"
        >
          {t("notices.read_all")}
        </MenuItem>
      )}
      <MenuItem icon="table" onSelect={() => void navigate({ to: "/notices", search: {} })} testId="bell-all">
        {t("notices.show_all")}
      </MenuItem>
      <MenuItem icon="settings" onSelect={() => void navigate({ to: "/settings/notices" })}>
        {t("notices.rules")}
      </MenuItem>
    </Menu>
  );
}
