import "./settings.css";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { TableScroll } from "../../../kit/table-scroll.tsx";
import { When } from "../../../kit/when.tsx";
import { api } from "../../api/client.ts";
import { useSession } from "../../api/session.ts";
import type { UserEntry, UserList } from "../../api/types.ts";
import { FaultView } from "../../fault-view.tsx";
import { SETTINGS } from "../../frame/places.ts";
import { PageTabs } from "../../page-tabs.tsx";
import { ImportPeople } from "./people-import/import-dialog.tsx";
import { useFactorText } from "./factor-words.ts";
import { useRoleName } from "./role-words.ts";
import { UserAccess } from "./user-access.tsx";
import { NewUser, EditUser } from "./user-dialogs.tsx";

interface UserRowProps {
  readonly user: UserEntry;
  readonly isMe: boolean;
  readonly onEdit: () => void;
  readonly onAccess: () => void;
}

function UserRow({ user, isMe, onEdit, onAccess }: UserRowProps) {
  const t = useText();
  const roleName = useRoleName();
  const factorText = useFactorText();
  return (
    <tr className={user.disabled ? "quiet" : undefined}>
      <td>
        <bdi>{user.displayName}</bdi> {isMe && <span className="tag">{t("user.you")}</span>}
      </td>
      <td className="mono">{user.username}</td>
      <td>
        <bdi>{roleName(user.role, user.roleName)}</bdi>
      </td>
      <td>
        <button
          type="button"
          className={`text-button factor-state ${user.factorRequired ? "needed" : ""}`}
          aria-label={t("users.access.title", { name: user.displayName })}
          onClick={onAccess}
          data-testid="user-access-open"
        >
          {factorText(user)}
        </button>
      </td>
      <td>
        {user.lastSignInAt === null ? (
          <span className="quiet">{t("user.never")}</span>
        ) : (
          <When at={user.lastSignInAt} />
        )}
      </td>
      <td>
        {user.disabled ? t("user.disabled") : t("user.active")}
        {user.passwordGiven && !user.disabled && <div className="quiet small">{t("users.password_given")}</div>}
      </td>
      <td className="num">
        <Button onClick={onEdit} aria-label={t("users.edit_name", { name: user.displayName })}>
          {t("users.edit")}
        </Button>
      </td>
    </tr>
  );
}

export function Users() {
  const t = useText();
  const format = useFormat();
  const { user: me } = useSession();
  const [dialog, setDialog] = useState<"new" | "import" | UserEntry>();
  const [access, setAccess] = useState<string>();
  const users = useQuery({
    queryKey: ["users"],
    queryFn: ({ signal }) => api.get<UserList>("/users", undefined, signal),
  });
  const rows = (users.data?.items ?? []).toSorted(
    (a, b) => Number(a.disabled) - Number(b.disabled) || format.compare(a.displayName, b.displayName),
  );
  return (
    <>
      <PageTabs tabs={SETTINGS} label={t("place.settings")} />
      <div className="page-body settings wide">
        <div className="row">
          <h1 className="grow">{t("place.users")}</h1>
          <Button onClick={() => setDialog("import")} data-testid="user-import">
            {t("users.import")}
          </Button>
          <Button kind="primary" icon="plus" onClick={() => setDialog("new")} data-testid="user-new">
            {t("users.new")}
          </Button>
        </div>
        {users.isPending && <Skeleton />}
        {users.isError && <FaultView error={users.error} onRetry={() => void users.refetch()} />}
        {rows.length > 0 && (
          <TableScroll label={t("place.users")}>
            <table className="table" data-testid="user-list">
              <thead>
                <tr>
                  <th scope="col">{t("user.display_name")}</th>
                  <th scope="col">{t("sign_in.username")}</th>
                  <th scope="col">{t("user.role")}</th>
                  <th scope="col">{t("users.factors")}</th>
                  <th scope="col">{t("user.last_sign_in")}</th>
                  <th scope="col">{t("alert.status")}</th>
                  <th scope="col">
                    <span className="visually-hidden">{t("imports.actions")}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {rows.map((user) => (
                  <UserRow
                    key={user.id}
                    user={user}
                    isMe={user.id === me.id}
                    onEdit={() => setDialog(user)}
                    onAccess={() => setAccess(user.id)}
                  />
                ))}
              </tbody>
            </table>
          </TableScroll>
        )}
      </div>
      {rows
        .filter(({ id }) => id === access)
        .map((user) => (
          <UserAccess key={user.id} user={user} onClose={() => setAccess(undefined)} />
        ))}
      {dialog === "new" && <NewUser onClose={() => setDialog(undefined)} />}
      {dialog === "import" && <ImportPeople onClose={() => setDialog(undefined)} />}
      {typeof dialog === "object" && (
        <EditUser user={dialog} isMe={dialog.id === me.id} onClose={() => setDialog(undefined)} />
      )}
    </>
  );
}
