import "./settings.css";
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Empty } from "../../../kit/empty.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { TableScroll } from "../../../kit/table-scroll.tsx";
import { FaultView } from "../../fault-view.tsx";
import { SETTINGS } from "../../frame/places.ts";
import { PageTabs } from "../../page-tabs.tsx";

interface SettingsListProps<Item> {
  readonly title: string;
  readonly query: UseQueryResult<{ readonly items: readonly Item[] }>;
  /** What makes a new one: beside the title, or in the empty page. */
  readonly create: ReactNode;
  readonly empty: { readonly title: string; readonly body: string };
  readonly columns: readonly string[];
  readonly className?: string;
  readonly testId: string;
  readonly row: (item: Item) => ReactNode;
}

/** A page of the settings that lists things one can make and change. */
export function SettingsList<Item>(props: SettingsListProps<Item>) {
  const { title, query, create, empty, columns, className = "", testId, row } = props;
  const t = useText();
  const rows = query.data?.items ?? [];
  return (
    <>
      <PageTabs tabs={SETTINGS} label={t("place.settings")} />
      <div className="page-body settings wide">
        <div className="row">
          <h1 className="grow">{title}</h1>
          {rows.length > 0 && create}
        </div>
        {query.isPending && <Skeleton />}
        {query.isError && <FaultView error={query.error} onRetry={() => void query.refetch()} />}
        {query.isSuccess && rows.length === 0 && (
          <Empty title={empty.title} action={create}>
            {empty.body}
          </Empty>
        )}
        {rows.length > 0 && (
          <TableScroll label={title}>
            <table className={`table ${className}`} data-testid={testId}>
              <thead>
                <tr>
                  {columns.map((column) => (
                    <th key={column} scope="col">
                      {column}
                    </th>
                  ))}
                  <th scope="col">
                    <span className="visually-hidden">{t("imports.actions")}</span>
                  </th>
                </tr>
              </thead>
              <tbody>{rows.map(row)}</tbody>
            </table>
          </TableScroll>
        )}
      </div>
    </>
  );
}
