import "../settings.css";
import "./roles.css";
import { useState } from "react";
import { Button } from "../../../../kit/button.tsx";
import { useText } from "../../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../../kit/skeleton.tsx";
import type { Role } from "../../../api/types.ts";
import { FaultView } from "../../../fault-view.tsx";
import { SETTINGS } from "../../../frame/places.ts";
import { PageTabs } from "../../../page-tabs.tsx";
import { RoleDialog } from "./role-dialog.tsx";
import { RoleMatrix } from "./role-matrix.tsx";
import { useRoles } from "./use-roles.ts";

/** Who may do what: every role beside every permission. */
export function Roles() {
  const t = useText();
  const roles = useRoles();
  const [open, setOpen] = useState<"new" | Role>();
  return (
    <>
      <PageTabs tabs={SETTINGS} label={t("place.settings")} />
      <div className="page-body settings widest">
        <div className="row">
          <h1 className="grow">{t("place.roles")}</h1>
          <Button kind="primary" icon="plus" onClick={() => setOpen("new")} data-testid="role-new">
            {t("roles.new")}
          </Button>
        </div>
        <p className="quiet">{t("roles.lead")}</p>
        {roles.isLoading && <Skeleton lines={12} />}
        {roles.isError && <FaultView error={roles.error} onRetry={() => void roles.refetch()} />}
        {roles.data !== undefined && <RoleMatrix list={roles.data} onOpen={setOpen} />}
      </div>
      {open !== undefined && roles.data !== undefined && (
        <RoleDialog list={roles.data} role={open === "new" ? undefined : open} onClose={() => setOpen(undefined)} />
      )}
    </>
  );
}
