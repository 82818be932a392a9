import { Dialog } from "../../kit/dialog.tsx";
import { useText } from "../../kit/i18n/text.tsx";
import { useMay } from "../api/session.ts";
import { KEY_GROUPS, KEY_TABLE, keyLabel } from "./table.ts";

export function KeySheet({ onClose }: { onClose: () => void }) {
  const t = useText();
  const may = useMay();
  const entries = KEY_TABLE.filter((entry) => !("needs" in entry) || may(entry.needs));
  return (
    <Dialog title={t("keys.title")} onClose={onClose} wide testId="key-sheet">
      <div className="dialog-body key-sheet">
        {KEY_GROUPS.map((group) => {
          const rows = entries.filter((entry) => entry.group === group);
          return rows.length === 0 ? null : (
            <section key={group}>
              <h3>{t(`keys.group.${group}`)}</h3>
              <dl>
                {rows.map((entry) => (
                  <div key={entry.id}>
                    <dt>
                      {keyLabel(entry.keys).map((key) => (
                        <kbd key={key}>{key}</kbd>
                      ))}
                    </dt>
                    <dd>{t(`keys.${entry.id}`)}</dd>
                  </div>
                ))}
              </dl>
            </section>
          );
        })}
        <p className="quiet small">{t("keys.guard")}</p>
      </div>
    </Dialog>
  );
}
