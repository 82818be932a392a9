import { Dialog } from "../../../kit/dialog.tsx";
import { useText } from "../../../kit/i18n/text.tsx";

/** Each teaches one thing; all of them run on any installation. */
const EXAMPLES = {
  search: [
    ["words", "failed password"],
    ["phrase", '"failed password"'],
    ["field", "user:lan host:SRV*"],
    ["several", "user:(lan or minh) not host:dc01"],
    ["compare", "dst_port:>1024"],
    ["range", "dst_port:[1 TO 1023]"],
    ["network", "src_ip:10.0.0.0/8"],
    ["present", "command_line:*"],
    ["last", "last 2h"],
  ],
  commands: [
    ["stats", "* | stats count(), dc(user) by host | sort -count"],
    ["top", "* | top 10 process"],
    ["rare", "* | rare process"],
    ["timeline", "* | timeline 15m by sensor"],
    ["where", "* | stats count() by host | where count:>10"],
    ["dedup", "* | dedup host, user"],
    ["sequence", "* | sequence by host within 10m [EventID:4625] [EventID:4624]"],
  ],
} as const;
const SECTIONS = ["search", "commands"] as const;

/** The language at one glance; every example runs where one stands. */
export function SyntaxHelp({ onRun, onClose }: { onRun: (query: string) => void; onClose: () => void }) {
  const t = useText();
  return (
    <Dialog title={t("hunt.help")} onClose={onClose} wide testId="syntax-help">
      <div className="dialog-body syntax-help">
        {SECTIONS.map((section) => (
          <section key={section}>
            <h3>{t(`hunt.help.${section}`)}</h3>
            <ul>
              {EXAMPLES[section].map(([id, query]) => (
                <li key={id}>
                  <button type="button" className="text-button mono" onClick={() => onRun(query)}>
                    {query}
                  </button>
                  <span className="quiet small">{t(`hunt.help.${section}.${id}`)}</span>
                </li>
              ))}
            </ul>
          </section>
        ))}
        <p className="quiet small">{t("hunt.help.keys")}</p>
      </div>
    </Dialog>
  );
}
