import { type FormEvent, useState } from "react";
import { Button } from "../../../../kit/button.tsx";
import { Dialog } from "../../../../kit/dialog.tsx";
import { TextField } from "../../../../kit/field.tsx";
import { hasText, useText } from "../../../../kit/i18n/text.tsx";
import { ApiFault } from "../../../api/client.ts";
import type { Role, RoleList } from "../../../api/types.ts";
import { FaultView } from "../../../fault-view.tsx";
import { useRoleName } from "../role-words.ts";
import { PermissionChoice } from "./permission-choice.tsx";
import { type RoleDraft, useRemoveRole, useRoles, useSaveRole } from "./use-roles.ts";

const ADMIN = "admin";

interface RoleDialogProps {
  readonly list: RoleList;
  readonly role: Role | undefined;
  readonly onClose: () => void;
}

function draftOf(role: Role | undefined): RoleDraft {
  return { name: role?.name ?? "", note: role?.note ?? "", permissions: role?.permissions ?? [] };
}

/** Somebody else saved meanwhile: see theirs, or put one's own on top of it. */
function Conflict({ onTheirs, onMine }: { onTheirs: () => void; onMine: () => void }) {
  const t = useText();
  return (
    <div className="row wrap">
      <Button onClick={onTheirs} data-testid="role-theirs">
        {t("roles.take_theirs")}
      </Button>
      <Button onClick={onMine} data-testid="role-mine">
        {t("roles.apply_mine")}
      </Button>
    </div>
  );
}

function Remove({ role, onClose }: { role: Role; onClose: () => void }) {
  const t = useText();
  const remove = useRemoveRole(role, onClose);
  return (
    <>
      <Button
        kind="danger"
        disabled={role.people > 0 || remove.isPending}
        title={role.people > 0 ? t("fault.auth.role.in_use", { people: role.people }) : undefined}
        onClick={() => remove.mutate()}
        data-testid="role-remove"
      >
        {t("roles.remove")}
      </Button>
      {remove.isError && <FaultView error={remove.error} />}
      <span className="grow" />
    </>
  );
}

function useRoleForm({ role, onClose }: RoleDialogProps) {
  const roles = useRoles();
  const [draft, setDraft] = useState(() => draftOf(role));
  const [version, setVersion] = useState(role?.version ?? 0);
  const save = useSaveRole(role, onClose);
  const fresh = async () => (await roles.refetch()).data?.items.find(({ id }) => id === role?.id);
  return {
    draft,
    save,
    change: (part: Partial<RoleDraft>) => setDraft((now) => ({ ...now, ...part })),
    submit: () => save.mutate({ draft, version }),
    theirs: async () => {
      const now = await fresh();
      setDraft(draftOf(now));
      setVersion(now?.version ?? 0);
      save.reset();
    },
    mine: async () => {
      const seen = (await fresh())?.version ?? 0;
      setVersion(seen);
      save.mutate({ draft, version: seen });
    },
  };
}

export function RoleDialog(props: RoleDialogProps) {
  const { list, role, onClose } = props;
  const t = useText();
  const roleName = useRoleName();
  const { draft, save, change, submit, theirs, mine } = useRoleForm(props);
  const fixed = role?.id === ADMIN;
  const hint = `role.${role?.id}.hint`;
  const conflict = save.error instanceof ApiFault && save.error.code === "auth.role.changed";
  const send = (event: FormEvent) => {
    event.preventDefault();
    submit();
  };
  return (
    <Dialog
      title={role === undefined ? t("roles.new") : roleName(role.id, role.name)}
      onClose={onClose}
      wide
      testId="role-dialog"
    >
      <form onSubmit={send}>
        <div className="dialog-body stack">
          {role?.builtIn === true && hasText(hint) && <p>{t(hint)}</p>}
          {fixed && <p className="quiet">{t("roles.admin_fixed")}</p>}
          {role?.builtIn !== true && (
            <TextField
              label={t("roles.name")}
              name="name"
              required
              maxLength={80}
              value={draft.name}
              onChange={(event) => change({ name: event.target.value })}
            />
          )}
          {!fixed && (
            <TextField
              label={t("roles.note")}
              name="note"
              maxLength={400}
              value={draft.note}
              onChange={(event) => change({ note: event.target.value })}
            />
          )}
          <PermissionChoice
            all={list.permissions}
            chosen={draft.permissions}
            fixed={fixed}
            onChange={(permissions) => change({ permissions })}
          />
          {role !== undefined && !fixed && role.people > 0 && (
            <p className="quiet">{t("roles.at_once", { n: role.people })}</p>
          )}
          {save.isError && <FaultView error={save.error} />}
          {conflict && <Conflict onTheirs={() => void theirs()} onMine={() => void mine()} />}
        </div>
        <div className="dialog-foot">
          {role !== undefined && !role.builtIn && <Remove role={role} onClose={onClose} />}
          {role?.changed === true && (
            <Button onClick={() => change({ permissions: role.standard })} data-testid="role-standard">
              {t("roles.standard")}
            </Button>
          )}
          <Button onClick={onClose}>{t(fixed ? "action.close_window" : "action.cancel")}</Button>
          {!fixed && (
            <Button kind="primary" type="submit" disabled={save.isPending} data-testid="role-save">
              {t("action.save")}
            </Button>
          )}
        </div>
      </form>
    </Dialog>
  );
}
