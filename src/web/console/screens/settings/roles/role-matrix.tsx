import { Fragment } from "react";
import { useText } from "../../../../kit/i18n/text.tsx";
import { Icon } from "../../../../kit/icon.tsx";
import { TableScroll } from "../../../../kit/table-scroll.tsx";
import type { Role, RoleList } from "../../../api/types.ts";
import { byArea, usePermissionText, useRoleName } from "../role-words.ts";

/** What differs from what a built-in role came with is marked. */
function Mark({ role, permission }: { role: Role; permission: string }) {
  const t = useText();
  const holds = role.permissions.includes(permission);
  const differs = role.builtIn && holds !== role.standard.includes(permission);
  const said = t(holds ? "roles.holds" : "roles.holds_not");
  return (
    <td className={differs ? "role-cell differs" : "role-cell"}>
      {holds ? <Icon name="check" /> : <span aria-hidden="true">·</span>}
      <span className="visually-hidden">{differs ? `${said}, ${t("roles.differs")}` : said}</span>
    </td>
  );
}

export function RoleMatrix({ list, onOpen }: { list: RoleList; onOpen: (role: Role) => void }) {
  const t = useText();
  const roleName = useRoleName();
  const textOf = usePermissionText();
  return (
    <TableScroll label={t("place.roles")}>
      <table className="table role-matrix" data-testid="role-matrix">
        <thead>
          <tr>
            <th scope="col">{t("roles.permission")}</th>
            {list.items.map((role) => (
              <th key={role.id} scope="col" className="role-head">
                <button
                  type="button"
                  className="text-button"
                  onClick={() => onOpen(role)}
                  data-testid={`role-${role.id}`}
                >
                  <bdi>{roleName(role.id, role.name)}</bdi>
                </button>
                <span className="quiet small">{t("roles.people", { n: role.people })}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {byArea(list.permissions).map(([area, permissions]) => (
            <Fragment key={area}>
              {permissions.map((permission, index) => (
                <tr key={permission} className={index === 0 ? "area-start" : undefined}>
                  <th scope="row">
                    {textOf(permission)}
                    <code className="quiet small">{permission}</code>
                  </th>
                  {list.items.map((role) => (
                    <Mark key={role.id} role={role} permission={permission} />
                  ))}
                </tr>
              ))}
            </Fragment>
          ))}
        </tbody>
      </table>
    </TableScroll>
  );
}
