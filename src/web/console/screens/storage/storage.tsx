import "./storage.css";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useText } from "../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { FaultView } from "../../fault-view.tsx";
import { STORAGE_TABS } from "../../frame/places.ts";
import { PageTabs } from "../../page-tabs.tsx";
import { Care } from "./care.tsx";
import { StorageFacts } from "./facts.tsx";
import { Growth } from "./growth.tsx";
import { Memory } from "./memory.tsx";
import type { StorageSearch } from "./search.ts";
import { sortOf } from "./source-order.ts";
import { SourceTable } from "./source-table.tsx";
import { Troubles } from "./troubles.tsx";
import { useRetention, useStorage } from "./use-storage.ts";

/** What is kept, from whom, for how long there is room, and whether it is whole. */
export function StoragePage() {
  const t = useText();
  const navigate = useNavigate();
  const search: StorageSearch = useSearch({ from: "/storage" });
  const storage = useStorage();
  const retention = useRetention();
  const change = (part: StorageSearch) =>
    void navigate({ to: "/storage", search: (now) => ({ ...now, ...part }), replace: true });
  return (
    <>
      <PageTabs tabs={STORAGE_TABS} label={t("place.storage")} />
      <div className="page-body storage">
        <h1 className="visually-hidden">{t("place.storage")}</h1>
        {storage.isPending && <Skeleton lines={10} />}
        {storage.isError && <FaultView error={storage.error} onRetry={() => void storage.refetch()} />}
        {storage.isSuccess && (
          <>
            <div className="storage-part wide stack first">
              <Troubles storage={storage.data} />
              <StorageFacts storage={storage.data} />
            </div>
            <Growth
              days={storage.data.days}
              per={search.per === "events" ? "events" : "bytes"}
              onPer={(per) => change({ per: per === "bytes" ? undefined : per })}
            />
            <SourceTable
              storage={storage.data}
              retention={retention.data}
              sort={sortOf(search.sort)}
              onSort={(sort) => change({ sort: sort === "stored" ? undefined : sort })}
            />
          </>
        )}
        <Care />
        <Memory />
      </div>
    </>
  );
}
