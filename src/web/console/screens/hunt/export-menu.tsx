import { IconButton } from "../../../kit/button.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { Menu, MenuItem, MenuLabel } from "../../../kit/menu.tsx";
import { address } from "../../api/client.ts";
import { download } from "../../download.ts";
import type { HuntRun } from "./run.ts";
import { hasCommands } from "./search.ts";

/** The engine cannot write what a sequence gives; the server refuses it. */
const HAS_SEQUENCE = /\|\s*sequence\b/iu;

export function HuntExport({ run }: { run: HuntRun }) {
  const t = useText();
  const { query } = run.asked;
  const save = (format: "csv" | "ndjson" | "parquet") => () =>
    download(address("/events/export", { ...run.asked, format }));
  return (
    <Menu align="end" trigger={<IconButton icon="download" label={t("export.title")} data-testid="export" />}>
      <MenuLabel>{t(hasCommands(query) ? "hunt.export.limit_table" : "hunt.export.limits")}</MenuLabel>
      <MenuItem onSelect={save("csv")}>{t("export.csv")}</MenuItem>
      <MenuItem onSelect={save("ndjson")}>{t("export.ndjson")}</MenuItem>
      <MenuItem onSelect={save("parquet")} disabled={HAS_SEQUENCE.test(query)}>
        {HAS_SEQUENCE.test(query) ? t("hunt.export.no_parquet") : t("export.parquet")}
      </MenuItem>
    </Menu>
  );
}
