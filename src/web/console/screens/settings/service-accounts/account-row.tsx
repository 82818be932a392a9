import { Button } from "../../../../kit/button.tsx";
import { useFormat } from "../../../../kit/i18n/format.ts";
import { useText } from "../../../../kit/i18n/text.tsx";
import { When } from "../../../../kit/when.tsx";
import type { ServiceAccount, ServiceSecret } from "../../../api/types.ts";
import { useRoleName } from "../role-words.ts";

interface AccountRowProps {
  readonly account: ServiceAccount;
  readonly onEdit: () => void;
  readonly onRotate: () => void;
  readonly onRevoke: (secret: ServiceSecret) => void;
}

export function AccountRow({ account, onEdit, onRotate, onRevoke }: AccountRowProps) {
  const t = useText();
  const format = useFormat();
  const roleName = useRoleName();
  const { name, description, owner, secrets } = account;
  return (
    <tr className={account.state === "disabled" ? "quiet" : undefined} data-testid="service-row">
      <td>
        <bdi>{name}</bdi>{" "}
        {account.state !== "active" && <span className="tag flagged">{t(`services.state.${account.state}`)}</span>}
        {description !== "" && (
          <div className="quiet small">
            <bdi>{description}</bdi>
          </div>
        )}
      </td>
      <td>
        <bdi>{roleName(account.role, account.roleName)}</bdi>
      </td>
      <td>
        <bdi>{owner.displayName}</bdi>
        {!owner.active && (
          <div>
            <span className="tag flagged">{t("services.owner.gone")}</span>
          </div>
        )}
      </td>
      <td className="service-secrets">
        {secrets.length === 0 && <span className="quiet">—</span>}
        {secrets.map((secret) => (
          <Secret key={secret.id} secret={secret} account={account} onRevoke={() => onRevoke(secret)} />
        ))}
      </td>
      <td>
        {account.expiresAt === null ? (
          <span className="quiet">{t("tokens.no_expiry")}</span>
        ) : (
          format.date(new Date(account.expiresAt))
        )}
      </td>
      <td className="num">
        <Button onClick={onRotate} aria-label={t("services.rotate.title", { name })} data-testid="service-rotate">
          {t("services.rotate")}
        </Button>{" "}
        <Button onClick={onEdit} aria-label={t("users.edit_name", { name })} data-testid="service-edit">
          {t("users.edit")}
        </Button>
      </td>
    </tr>
  );
}

function Secret({
  secret,
  account,
  onRevoke,
}: {
  secret: ServiceSecret;
  account: ServiceAccount;
  onRevoke: () => void;
}) {
  const t = useText();
  const format = useFormat();
  const isNewest = secret.endsAt === null;
  return (
    <div className="service-secret" data-testid="service-secret">
      <div>
        <span className="mono">{secret.hint}…</span>{" "}
        {secret.endsAt !== null && (
          <span className="tag" title={format.exact(new Date(secret.endsAt))}>
            {t("services.secret.ends", { at: format.brief(new Date(secret.endsAt)) })}
          </span>
        )}
        {isNewest && account.rotationDue && (
          <span className="tag flagged" data-testid="rotation-due">
            {t("services.rotation_due", { n: account.rotateAfterDays })}
          </span>
        )}
        <div className="quiet small">
          {t("services.secret.made", { at: format.date(new Date(secret.createdAt)), by: secret.createdBy })}
        </div>
        <div className="quiet small">
          {secret.lastUsedAt === null ? (
            t("services.secret.unused")
          ) : (
            <>
              {t("tokens.used")}: <When at={secret.lastUsedAt} />{" "}
              <span className="service-peer mono">{secret.lastPeer}</span>
            </>
          )}
        </div>
      </div>
      <Button
        kind="plain"
        onClick={onRevoke}
        aria-label={t("services.revoke.title", { hint: secret.hint })}
        data-testid="service-revoke"
      >
        {t("tokens.revoke")}
      </Button>
    </div>
  );
}
