import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import { When } from "../../../kit/when.tsx";
import { api } from "../../api/client.ts";
import type { Token, TokenList } from "../../api/types.ts";
import { FaultView } from "../../fault-view.tsx";
import { SettingsList } from "./settings-list.tsx";
import { NewToken } from "./token-dialog.tsx";

const COLUMNS = ["name", "scope", "sensor", "created", "expires", "used"] as const;

function Revoke({ token, onClose }: { token: Token; onClose: () => void }) {
  const t = useText();
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => api.remove(`/tokens/${encodeURIComponent(token.id)}`),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["tokens"] });
      onClose();
    },
  });
  return (
    <Dialog title={t("tokens.revoke.title", { name: token.name })} onClose={onClose} testId="revoke-dialog">
      <div className="dialog-body stack">
        <p>{t("tokens.revoke.body")}</p>
        {revoke.isError && <FaultView error={revoke.error} />}
      </div>
      <div className="dialog-foot">
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button kind="danger" disabled={revoke.isPending} onClick={() => revoke.mutate()} data-testid="revoke-submit">
          {t("tokens.revoke")}
        </Button>
      </div>
    </Dialog>
  );
}

function TokenRow({ token, onRevoke }: { token: Token; onRevoke: () => void }) {
  const t = useText();
  const format = useFormat();
  return (
    <tr data-testid="token-row">
      <td>
        <bdi>{token.name}</bdi>
        <div className="quiet small mono">{token.hint}…</div>
      </td>
      <td>{t(`scope.${token.scope}`)}</td>
      <td>{token.sensor === null ? <span className="quiet">—</span> : <RawText text={token.sensor} />}</td>
      <td>
        {format.date(new Date(token.createdAt))}
        <div className="quiet small">
          <bdi>{token.createdBy}</bdi>
        </div>
      </td>
      <td>
        {token.expiresAt === null ? (
          <span className="quiet">{t("tokens.no_expiry")}</span>
        ) : (
          format.date(new Date(token.expiresAt))
        )}
      </td>
      <td>
        {token.lastUsedAt === null ? <span className="quiet">{t("user.never")}</span> : <When at={token.lastUsedAt} />}
      </td>
      <td className="num">
        <Button kind="plain" onClick={onRevoke}>
          {t("tokens.revoke")}
        </Button>
      </td>
    </tr>
  );
}

export function Tokens() {
  const t = useText();
  const [dialog, setDialog] = useState<"new" | Token>();
  const tokens = useQuery({
    queryKey: ["tokens"],
    queryFn: ({ signal }) => api.get<TokenList>("/tokens", undefined, signal),
  });
  return (
    <>
      <SettingsList
        title={t("place.tokens")}
        query={tokens}
        create={
          <Button kind="primary" icon="plus" onClick={() => setDialog("new")} data-testid="token-new">
            {t("tokens.new")}
          </Button>
        }
        empty={{ title: t("tokens.empty.title"), body: t("tokens.empty.body") }}
        columns={COLUMNS.map((column) => t(`tokens.${column}`))}
        testId="token-list"
        row={(token) => <TokenRow key={token.id} token={token} onRevoke={() => setDialog(token)} />}
      />
      {dialog === "new" && <NewToken onClose={() => setDialog(undefined)} />}
      {dialog !== undefined && dialog !== "new" && <Revoke token={dialog} onClose={() => setDialog(undefined)} />}
    </>
  );
}
