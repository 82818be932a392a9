import { useText } from "../../../../kit/i18n/text.tsx";
import { useMay } from "../../../api/session.ts";
import { byArea, usePermissionText } from "../role-words.ts";

interface PermissionChoiceProps {
  readonly all: readonly string[];
  readonly chosen: readonly string[];
  readonly fixed: boolean;
  readonly onChange: (chosen: readonly string[]) => void;
}

/** Nobody gives what they do not hold: such a box is closed and says so. */
export function PermissionChoice({ all, chosen, fixed, onChange }: PermissionChoiceProps) {
  const t = useText();
  const may = useMay();
  const textOf = usePermissionText();
  const toggle = (permission: string, on: boolean) =>
    onChange(all.filter((each) => (each === permission ? on : chosen.includes(each))));
  return (
    <fieldset className="permission-choice" data-testid="permission-choice">
      <legend className="label">{t("roles.holds_all")}</legend>
      {byArea(all).map(([area, permissions]) => (
        <div key={area} className="permission-area">
          {permissions.map((permission) => (
            <label key={permission} className="check">
              <input
                type="checkbox"
                name={permission}
                checked={chosen.includes(permission)}
                disabled={fixed || !may(permission)}
                onChange={(event) => toggle(permission, event.target.checked)}
              />
              <span>
                {textOf(permission)}
                {!fixed && !may(permission) && <span className="quiet small">{t("roles.not_yours")}</span>}
              </span>
            </label>
          ))}
        </div>
      ))}
    </fieldset>
  );
}
