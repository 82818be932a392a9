import "../settings/settings.css";
import "./notices.css";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { Empty } from "../../../kit/empty.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { Menu, MenuItem } from "../../../kit/menu.tsx";
import { RawText, SafeText } from "../../../kit/raw-text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { Table, type TableColumn } from "../../../kit/table.tsx";
import { When } from "../../../kit/when.tsx";
import type { Destination, DestinationList } from "../../api/notice-types.ts";
import { FaultView } from "../../fault-view.tsx";
import { SETTINGS } from "../../frame/places.ts";
import { PageTabs } from "../../page-tabs.tsx";
import { DestinationDialog, SecretOnce } from "./destination-dialog.tsx";
import { useCodeText } from "./destination-words.ts";
import { Letters } from "./letters.tsx";
import { useDestinations, useRemoveDestination, useRenewSecret, useTryDestination } from "./use-destinations.ts";

type Asking = { readonly what: "new" } | { readonly what: "edit" | "remove" | "secret"; readonly one: Destination };

function State({ one }: { one: Destination }) {
  const t = useText();
  const codeText = useCodeText();
  const failedLast = one.lastFailedAt !== null && (one.lastOkAt === null || one.lastFailedAt > one.lastOkAt);
  if (!one.enabled) return <span className="quiet">{t("destinations.off")}</span>;
  if (failedLast && one.lastFailedAt !== null) {
    return (
      <span className="bad-text" title={one.lastCode ?? undefined}>
        {codeText(one.lastCode)} · <When at={one.lastFailedAt} />
      </span>
    );
  }
  if (one.lastOkAt === null) return <span className="quiet">{t("destinations.unused")}</span>;
  return (
    <>
      {t("destinations.ok")} · <When at={one.lastOkAt} />
    </>
  );
}

function useColumns(onAsk: (asking: Asking) => void): TableColumn<Destination>[] {
  const t = useText();
  const attempt = useTryDestination();
  return [
    {
      id: "name",
      header: t("destinations.name"),
      names: true,
      render: (one) => (
        <>
          <SafeText text={one.name} />
          <div className="quiet small">{t(`destinations.kind.${one.kind}`)}</div>
        </>
      ),
    },
    { id: "url", header: t("destinations.url"), render: ({ url }) => <RawText text={new URL(url).origin} /> },
    {
      id: "takes",
      header: t("destinations.takes"),
      render: ({ kind, personal, team }) =>
        [
          kind === "sms" || personal ? t("destinations.takes.people") : "",
          team.kinds.length > 0 ? t("destinations.takes.team", { n: team.kinds.length }) : "",
        ]
          .filter(Boolean)
          .join(" · ") || <span className="quiet">{t("destinations.takes.nothing")}</span>,
    },
    { id: "state", header: t("destinations.state"), render: (one) => <State one={one} /> },
    {
      id: "do",
      header: t("imports.actions"),
      silentHeader: true,
      numeric: true,
      render: (one) => (
        <span className="row">
          <Button disabled={attempt.isPending} onClick={() => attempt.mutate(one.id)} data-testid="destination-try">
            {t("destinations.try")}
          </Button>
          <Menu
            align="end"
            trigger={
              <Button
                kind="plain"
                icon="menu"
                aria-label={t("destinations.more", { name: one.name })}
                data-testid="destination-more"
              />
            }
          >
            <MenuItem onSelect={() => onAsk({ what: "edit", one })}>{t("destinations.change")}</MenuItem>
            <MenuItem onSelect={() => onAsk({ what: "secret", one })}>{t("destinations.renew")}</MenuItem>
            <MenuItem onSelect={() => onAsk({ what: "remove", one })}>{t("destinations.remove")}</MenuItem>
          </Menu>
        </span>
      ),
    },
  ];
}

function RemoveDialog({ one, onClose }: { one: Destination; onClose: () => void }) {
  const t = useText();
  const remove = useRemoveDestination(onClose);
  return (
    <Dialog title={t("destinations.remove.title", { name: one.name })} onClose={onClose} testId="destination-remove">
      <div className="dialog-body stack">
        <p>{t("destinations.remove.body")}</p>
        {remove.isError && <FaultView error={remove.error} />}
      </div>
      <div className="dialog-foot">
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button kind="danger" disabled={remove.isPending} onClick={() => remove.mutate(one.id)}>
          {t("destinations.remove")}
        </Button>
      </div>
    </Dialog>
  );
}

function RenewDialog({ one, onClose }: { one: Destination; onClose: () => void }) {
  const t = useText();
  const renew = useRenewSecret();
  return (
    <Dialog title={t("destinations.renew.title", { name: one.name })} onClose={onClose} testId="destination-renew">
      {renew.data === undefined ? (
        <>
          <div className="dialog-body stack">
            <p>{t("destinations.renew.body")}</p>
            {renew.isError && <FaultView error={renew.error} />}
          </div>
          <div className="dialog-foot">
            <Button onClick={onClose}>{t("action.cancel")}</Button>
            <Button kind="danger" disabled={renew.isPending} onClick={() => renew.mutate(one.id)}>
              {t("destinations.renew")}
            </Button>
          </div>
        </>
      ) : (
        <SecretOnce secret={renew.data.secret} onClose={onClose} />
      )}
    </Dialog>
  );
}

function MailLine({ mail }: { mail: DestinationList["mail"] }) {
  const t = useText();
  return (
    <p className="quiet" data-testid="mail-state">
      {mail === null ? t("destinations.mail.off") : t("destinations.mail.on", mail)}
    </p>
  );
}

/** Ways out of the installation, and what did not get out. */
export function DestinationsPage() {
  const t = useText();
  const navigate = useNavigate();
  const { letters } = useSearch({ from: "/settings/destinations" });
  const destinations = useDestinations();
  const [asking, setAsking] = useState<Asking>();
  const columns = useColumns(setAsking);
  const close = () => setAsking(undefined);
  const items = destinations.data?.items ?? [];
  const kinds = destinations.data?.kinds ?? [];
  const create = (
    <Button kind="primary" icon="plus" onClick={() => setAsking({ what: "new" })} data-testid="destination-new">
      {t("destinations.new")}
    </Button>
  );
  return (
    <>
      <PageTabs tabs={SETTINGS} label={t("place.settings")} />
      <div className="page-body settings wide" data-testid="destinations">
        <div className="row">
          <h1 className="grow">{t("place.destinations")}</h1>
          {items.length > 0 && create}
        </div>
        {destinations.isPending && <Skeleton />}
        {destinations.isError && <FaultView error={destinations.error} onRetry={() => void destinations.refetch()} />}
        {destinations.isSuccess && <MailLine mail={destinations.data.mail} />}
        {destinations.isSuccess && items.length === 0 && (
          <Empty title={t("destinations.none.title")} action={create}>
            {t("destinations.none.body")}
          </Empty>
        )}
        {items.length > 0 && (
          <Table
            label={t("place.destinations")}
            columns={columns}
            rows={items}
            rowKey={({ id }) => id}
            rowTestId="destination-row"
          />
        )}
        <Letters
          state={letters === "waiting" || letters === "sent" ? letters : "dead"}
          onState={(state) =>
            void navigate({ to: "/settings/destinations", search: state === "dead" ? {} : { letters: state } })
          }
          destinations={items}
        />
      </div>
      {asking?.what === "new" && <DestinationDialog kinds={kinds} onClose={close} />}
      {asking?.what === "edit" && <DestinationDialog known={asking.one} kinds={kinds} onClose={close} />}
      {asking?.what === "remove" && <RemoveDialog one={asking.one} onClose={close} />}
      {asking?.what === "secret" && <RenewDialog one={asking.one} onClose={close} />}
    </>
  );
}
