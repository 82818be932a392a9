import { Button } from "../../../../kit/button.tsx";
import { useText } from "../../../../kit/i18n/text.tsx";
import { Table, type TableColumn } from "../../../../kit/table.tsx";
import { When } from "../../../../kit/when.tsx";
import type { SessionEntry } from "../../../api/types.ts";
import { deviceOf } from "./device.ts";

interface SessionTableProps {
  readonly sessions: readonly SessionEntry[];
  readonly busy: boolean;
  readonly onEnd: (session: SessionEntry) => void;
}

/** Where somebody is signed in, and how to end it from here. */
export function SessionTable({ sessions, busy, onEnd }: SessionTableProps) {
  const t = useText();
  const columns: TableColumn<SessionEntry>[] = [
    {
      id: "device",
      header: t("sessions.own.device"),
      names: true,
      render: (session) => (
        <>
          <bdi title={session.agent}>{deviceOf(session.agent) ?? t("sessions.own.unknown")}</bdi>{" "}
          {session.current && <span className="tag">{t("sessions.own.this")}</span>}
        </>
      ),
    },
    { id: "peer", header: t("sessions.own.address"), className: "mono", render: ({ peer }) => peer },
    { id: "way", header: t("sessions.own.way"), render: ({ way }) => t(`sessions.own.way.${way}`) },
    { id: "seen", header: t("sessions.own.seen"), render: ({ seenAt }) => <When at={seenAt} /> },
    {
      id: "end",
      header: t("imports.actions"),
      silentHeader: true,
      numeric: true,
      render: (session) =>
        session.current ? null : (
          <Button kind="plain" disabled={busy} onClick={() => onEnd(session)} data-testid="session-end">
            {t("action.sign_out")}
          </Button>
        ),
    },
  ];
  return (
    <Table
      label={t("sessions.own.title")}
      columns={columns}
      rows={sessions}
      rowKey={({ id }) => id}
      testId="own-sessions"
      rowTestId="own-session"
    />
  );
}
