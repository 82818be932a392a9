import { Button } from "../../../kit/button.tsx";
import { Empty } from "../../../kit/empty.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { RawText, SafeText } from "../../../kit/raw-text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { Table, type TableColumn } from "../../../kit/table.tsx";
import { When } from "../../../kit/when.tsx";
import type { IgnoredList } from "../../api/asset-types.ts";
import { useMay } from "../../api/session.ts";
import { FaultView } from "../../fault-view.tsx";
import { useIgnored, useUnignore } from "./use-assets.ts";

type Ignored = IgnoredList["items"][number];

export function IgnoredTable() {
  const t = useText();
  const may = useMay()("assets.write");
  const ignored = useIgnored(true);
  const unignore = useUnignore();
  if (ignored.isPending) return <Skeleton lines={6} />;
  if (ignored.isError) return <FaultView error={ignored.error} onRetry={() => void ignored.refetch()} />;
  if (ignored.data.items.length === 0) {
    return <Empty title={t("assets.seen.none_ignored")}>{t("assets.seen.none_ignored_body")}</Empty>;
  }
  const columns: TableColumn<Ignored>[] = [
    {
      id: "value",
      header: t("assets.field.identifiers"),
      names: true,
      render: ({ value }) => <RawText text={value} />,
    },
    { id: "kind", header: t("assets.seen.kind"), render: ({ kind }) => t(`assets.kind.${kind}`) },
    { id: "reason", header: t("assets.reason"), render: ({ reason }) => <SafeText text={reason} /> },
    { id: "by", header: t("assets.seen.by"), render: ({ by }) => <bdi>{by.name}</bdi> },
    { id: "at", header: t("assets.seen.at"), render: ({ at }) => <When at={at} /> },
  ];
  const act: TableColumn<Ignored> = {
    id: "act",
    header: t("assets.seen.unignore"),
    silentHeader: true,
    render: ({ kind, value }) => (
      <Button disabled={unignore.isPending} onClick={() => unignore.mutate([{ kind, value }])}>
        {t("assets.seen.unignore")}
      </Button>
    ),
  };
  return (
    <div className="page-body" data-testid="ignored-list">
      <Table
        label={t("assets.seen.view.ignored")}
        rows={ignored.data.items}
        rowKey={({ kind, value }) => `${kind} ${value}`}
        columns={may ? [...columns, act] : columns}
      />
    </div>
  );
}
