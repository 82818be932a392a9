import "./assets.css";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo, useRef, useState } from "react";
import { Button, IconButton } from "../../../kit/button.tsx";
import { DataGrid } from "../../../kit/data-grid.tsx";
import { Empty } from "../../../kit/empty.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { Menu, MenuItem } from "../../../kit/menu.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { Split } from "../../../kit/split.tsx";
import type { ListedAsset } from "../../api/asset-types.ts";
import { address } from "../../api/client.ts";
import { useMay } from "../../api/session.ts";
import { useColumnChoice } from "../../columns.tsx";
import { download } from "../../download.ts";
import { FaultView } from "../../fault-view.tsx";
import { ASSET_TABS } from "../../frame/places.ts";
import { PageTabs } from "../../page-tabs.tsx";
import { usePanelCursor } from "../../panel-cursor.ts";
import { BESIDE_PANEL, NarrowAsset, useAssetColumns } from "./asset-columns.tsx";
import { AssetFilters } from "./asset-filters.tsx";
import { AssetPanel } from "./asset-panel.tsx";
import { ImportDialog } from "./import-dialog.tsx";
import type { AssetSearch } from "./search.ts";
import { SystemDialog } from "./system-dialog.tsx";
import { listQuery, useAssets } from "./use-assets.ts";

const keyOf = (system: ListedAsset) => system.id;
const NO_FILTER: AssetSearch = {
  q: undefined,
  criticality: undefined,
  level: undefined,
  nis2: undefined,
  zone: undefined,
  owner: undefined,
  state: undefined,
  parent: undefined,
};

function isFiltered(search: AssetSearch): boolean {
  return (Object.keys(NO_FILTER) as (keyof AssetSearch)[]).some((key) => search[key] !== undefined);
}

function ExportMenu({ search }: { search: AssetSearch }) {
  const t = useText();
  const { sort: _, ...query } = listQuery(search);
  const save = (format: "csv" | "json") => () => download(address("/assets/export", { ...query, format }));
  return (
    <Menu align="end" trigger={<IconButton icon="download" label={t("export.title")} data-testid="assets-export" />}>
      <MenuItem onSelect={save("csv")}>{t("export.csv")}</MenuItem>
      <MenuItem onSelect={save("json")}>{t("assets.json")}</MenuItem>
    </Menu>
  );
}

function NoAssets({ search, onReset, onNew, onImport }: NoAssetsProps) {
  const t = useText();
  const may = useMay();
  const filtered = isFiltered(search);
  if (filtered) {
    return (
      <Empty title={t("assets.none.filtered")} action={<Button onClick={onReset}>{t("assets.none.reset")}</Button>}>
        {t("assets.none.filtered_body")}
      </Empty>
    );
  }
  return (
    <Empty
      title={t("assets.none.title")}
      action={
        may("assets.write") ? (
          <div className="row wrap">
            <Button kind="primary" icon="plus" onClick={onNew}>
              {t("assets.new")}
            </Button>
            <Button onClick={onImport}>{t("assets.import")}</Button>
          </div>
        ) : undefined
      }
    >
      {t(may("assets.write") ? "assets.none.body" : "assets.none.body_reader")}
    </Empty>
  );
}

interface NoAssetsProps {
  readonly search: AssetSearch;
  readonly onReset: () => void;
  readonly onNew: () => void;
  readonly onImport: () => void;
}

/** The register of systems: what there is, whose it is, how important, and how the law classifies it. */
export function Assets() {
  const t = useText();
  const format = useFormat();
  const may = useMay();
  const navigate = useNavigate();
  const search: AssetSearch = useSearch({ from: "/systems" });
  const assets = useAssets(search);
  const rows = useMemo(() => assets.data?.pages.flatMap((page) => page.items) ?? [], [assets.data]);
  const total = assets.data?.pages[0]?.total ?? 0;
  const [columns, columnMenu] = useColumnChoice("assets", useAssetColumns());
  const [asking, setAsking] = useState<"new" | "import">();
  const filterInput = useRef<HTMLInputElement>(null);
  const change = useCallback(
    (part: AssetSearch, replace = false) =>
      void navigate({ to: "/systems", search: (now) => ({ ...now, ...part }), replace }),
    [navigate],
  );
  const open = (system: string | undefined, replace: boolean) =>
    change(system === undefined ? { system, tab: undefined } : { system }, replace);
  const cursor = usePanelCursor({ keys: rows.map(keyOf), opened: search.system, open, filterInput });
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = assets;
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [fetchNextPage, hasNextPage, isFetchingNextPage]);
  const isBeside = search.system !== undefined;
  const list = (
    <div className="grid" data-testid="asset-list">
      {assets.isError && <FaultView error={assets.error} onRetry={() => void assets.refetch()} />}
      {assets.isPending && <Skeleton lines={10} />}
      {assets.isSuccess && rows.length === 0 && (
        <NoAssets
          search={search}
          onReset={() => change(NO_FILTER)}
          onNew={() => setAsking("new")}
          onImport={() => setAsking("import")}
        />
      )}
      {rows.length > 0 && (
        <>
          <DataGrid
            label={t("place.assets")}
            columns={isBeside ? columns.filter((each) => BESIDE_PANEL.has(each.id)) : columns}
            rows={rows}
            rowKey={keyOf}
            rowTestId="asset-row"
            current={cursor.current}
            onCurrent={cursor.move}
            onOpen={(id) => open(id, isBeside)}
            onEnd={more}
            total={total}
            sort={search.sort ?? "name"}
            onSort={(sort) => change({ sort: sort === "name" ? undefined : sort })}
            narrow={(system) => <NarrowAsset system={system} />}
          />
          <div className="grid-foot">{t("assets.total", { n: total, count: format.number(total) })}</div>
        </>
      )}
    </div>
  );
  return (
    <>
      <PageTabs tabs={ASSET_TABS} label={t("place.assets")} />
      <div className="page-head asset-filters">
        <h1 className="visually-hidden">{t("place.assets")}</h1>
        <AssetFilters search={search} onChange={change} inputRef={filterInput} />
        <span className="grow" />
        {may("assets.write") && (
          <>
            <Button icon="plus" onClick={() => setAsking("new")} data-testid="asset-new">
              {t("assets.new")}
            </Button>
            <Button onClick={() => setAsking("import")} data-testid="asset-import">
              {t("assets.import")}
            </Button>
          </>
        )}
        <ExportMenu search={search} />
        {columnMenu}
      </div>
      <Split
        name="assets"
        list={list}
        panel={
          search.system === undefined ? undefined : (
            <AssetPanel
              key={search.system}
              id={search.system}
              tab={search.tab}
              onTab={(tab) => change({ tab }, true)}
              onClose={cursor.close}
              onOpen={(system) => change({ system, tab: undefined })}
            />
          )
        }
      />
      {asking === "new" && (
        <SystemDialog
          existing={undefined}
          onClose={() => setAsking(undefined)}
          onSaved={(system) => {
            setAsking(undefined);
            change({ system: system.id });
          }}
        />
      )}
      {asking === "import" && <ImportDialog onClose={() => setAsking(undefined)} />}
    </>
  );
}
