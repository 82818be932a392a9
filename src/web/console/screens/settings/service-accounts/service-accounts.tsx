import "../settings.css";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../../../kit/button.tsx";
import { Empty } from "../../../../kit/empty.tsx";
import { useText } from "../../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../../kit/skeleton.tsx";
import { TableScroll } from "../../../../kit/table-scroll.tsx";
import { api } from "../../../api/client.ts";
import type { ServiceAccount, ServiceAccountList, ServiceSecret } from "../../../api/types.ts";
import { FaultView } from "../../../fault-view.tsx";
import { SETTINGS } from "../../../frame/places.ts";
import { PageTabs } from "../../../page-tabs.tsx";
import { EditAccount, NewAccount } from "./account-dialogs.tsx";
import { AccountRow } from "./account-row.tsx";
import { RetireAccount, RevokeSecret, RotateSecret } from "./secret-dialogs.tsx";

const COLUMNS = ["name", "role", "owner", "secrets", "expires"] as const;

type Opened =
  | { readonly what: "new" }
  | { readonly what: "edit" | "rotate" | "retire"; readonly account: ServiceAccount }
  | { readonly what: "revoke"; readonly account: ServiceAccount; readonly secret: ServiceSecret };

function Dialogs({ opened, list, onOpen }: DialogsProps) {
  const onClose = () => onOpen(undefined);
  if (opened.what === "new") return <NewAccount list={list} onClose={onClose} />;
  const { account } = opened;
  if (opened.what === "revoke") return <RevokeSecret account={account} secret={opened.secret} onClose={onClose} />;
  if (opened.what === "rotate") return <RotateSecret account={account} onClose={onClose} />;
  if (opened.what === "retire") return <RetireAccount account={account} onClose={onClose} />;
  return (
    <EditAccount account={account} list={list} onRetire={() => onOpen({ what: "retire", account })} onClose={onClose} />
  );
}

interface DialogsProps {
  readonly opened: Opened;
  readonly list: ServiceAccountList;
  readonly onOpen: (opened: Opened | undefined) => void;
}

/** Accounts of programs: who answers for each, what it may do, and which secrets open. */
export function ServiceAccounts() {
  const t = useText();
  const [opened, setOpened] = useState<Opened>();
  const accounts = useQuery({
    queryKey: ["service-accounts"],
    queryFn: ({ signal }) => api.get<ServiceAccountList>("/service-accounts", undefined, signal),
  });
  const rows = accounts.data?.items ?? [];
  const create = (
    <Button kind="primary" icon="plus" onClick={() => setOpened({ what: "new" })} data-testid="service-new">
      {t("services.new")}
    </Button>
  );
  return (
    <>
      <PageTabs tabs={SETTINGS} label={t("place.settings")} />
      <div className="page-body settings wide">
        <div className="row">
          <h1 className="grow">{t("place.service_accounts")}</h1>
          {rows.length > 0 && create}
        </div>
        {accounts.isPending && <Skeleton />}
        {accounts.isError && <FaultView error={accounts.error} onRetry={() => void accounts.refetch()} />}
        {accounts.isSuccess && rows.length === 0 && (
          <Empty title={t("services.empty.title")} action={create}>
            {t("services.empty.body")}
          </Empty>
        )}
        {rows.length > 0 && (
          <TableScroll label={t("place.service_accounts")}>
            <table className="table service-table" data-testid="service-list">
              <thead>
                <tr>
                  {COLUMNS.map((column) => (
                    <th key={column} scope="col">
                      {t(`services.${column}`)}
                    </th>
                  ))}
                  <th scope="col">
                    <span className="visually-hidden">{t("imports.actions")}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {rows.map((account) => (
                  <AccountRow
                    key={account.id}
                    account={account}
                    onEdit={() => setOpened({ what: "edit", account })}
                    onRotate={() => setOpened({ what: "rotate", account })}
                    onRevoke={(secret) => setOpened({ what: "revoke", account, secret })}
                  />
                ))}
              </tbody>
            </table>
          </TableScroll>
        )}
      </div>
      {opened !== undefined && accounts.data !== undefined && (
        <Dialogs opened={opened} list={accounts.data} onOpen={setOpened} />
      )}
    </>
  );
}
