import { useMemo } from "react";
import { IconButton } from "../kit/button.tsx";
import type { Column } from "../kit/data-grid.tsx";
import { useText } from "../kit/i18n/text.tsx";
import { Menu, MenuCheck, MenuLabel } from "../kit/menu.tsx";
import { useStored } from "../kit/storage.ts";

/** Which columns of a list this browser shows; the first column always stays. */
export function useColumnChoice<Row>(
  name: string,
  columns: readonly Column<Row>[],
  hiddenFirst: readonly string[] = [],
) {
  const t = useText();
  const [hidden, setHidden] = useStored<readonly string[]>(`columns.${name}`, hiddenFirst);
  const visible = useMemo(() => columns.filter((column) => !hidden.includes(column.id)), [columns, hidden]);
  const menu = (
    <Menu align="end" trigger={<IconButton icon="columns" label={t("grid.columns")} />}>
      <MenuLabel>{t("grid.columns")}</MenuLabel>
      {columns.slice(1).map((column) => (
        <MenuCheck
          key={column.id}
          checked={!hidden.includes(column.id)}
          onChange={(show) => setHidden(show ? hidden.filter((id) => id !== column.id) : [...hidden, column.id])}
        >
          {column.header}
        </MenuCheck>
      ))}
    </Menu>
  );
  return [visible, menu] as const;
}
