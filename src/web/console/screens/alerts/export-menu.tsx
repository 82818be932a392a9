import { IconButton } from "../../../kit/button.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { Menu, MenuItem, MenuLabel } from "../../../kit/menu.tsx";
import { address } from "../../api/client.ts";
import { download } from "../../download.ts";
import { type AlertFilter, queryOf } from "./search.ts";

export function ExportMenu({ filter }: { filter: AlertFilter }) {
  const t = useText();
  const save = (format: "csv" | "ndjson") => () => download(address("/alerts/export", { ...queryOf(filter), format }));
  return (
    <Menu align="end" trigger={<IconButton icon="download" label={t("export.title")} data-testid="export" />}>
      <MenuLabel>{t("export.title")}</MenuLabel>
      <MenuItem onSelect={save("csv")} testId="export-csv">
        {t("export.csv")}
      </MenuItem>
      <MenuItem onSelect={save("ndjson")} testId="export-ndjson">
        {t("export.ndjson")}
      </MenuItem>
    </Menu>
  );
}
