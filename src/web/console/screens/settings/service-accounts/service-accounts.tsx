import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../../../kit/button.tsx";
import { useText } from "../../../../kit/i18n/text.tsx";
import { api } from "../../../api/client.ts";
import type { ServiceAccount, ServiceAccountList, ServiceSecret } from "../../../api/types.ts";
import { EditAccount, NewAccount } from "./account-dialogs.tsx";
import { SettingsList } from "../settings-list.tsx";
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
  return (
    <>
      <SettingsList
        title={t("place.service_accounts")}
        query={accounts}
        create={
          <Button kind="primary" icon="plus" onClick={() => setOpened({ what: "new" })} data-testid="service-new">
            {t("services.new")}
          </Button>
        }
        empty={{ title: t("services.empty.title"), body: t("services.empty.body") }}
        columns={COLUMNS.map((column) => t(`services.${column}`))}
        className="service-table"
        testId="service-list"
        row={(account) => (
          <AccountRow
            key={account.id}
            account={account}
            onEdit={() => setOpened({ what: "edit", account })}
            onRotate={() => setOpened({ what: "rotate", account })}
            onRevoke={(secret) => setOpened({ what: "revoke", account, secret })}
          />
        )}
      />
      {opened !== undefined && accounts.data !== undefined && (
        <Dialogs opened={opened} list={accounts.data} onOpen={setOpened} />
      )}
    </>
  );
}
