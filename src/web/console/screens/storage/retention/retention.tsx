import "../storage.css";
import { useState } from "react";
import { useText } from "../../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../../kit/skeleton.tsx";
import type { RetentionRule, Term } from "../../../api/storage-types.ts";
import { FaultView } from "../../../fault-view.tsx";
import { STORAGE_TABS } from "../../../frame/places.ts";
import { PageTabs } from "../../../page-tabs.tsx";
import { StorageHistory } from "../storage-history.tsx";
import { useRetention, useStorage } from "../use-storage.ts";
import { DueNow } from "./due-now.tsx";
import { LawRules } from "./law-rules.tsx";
import { QuotaDialog, QuotaPart } from "./quota.tsx";
import { RemoveTerm } from "./remove-term.tsx";
import { TermDialog } from "./term-dialog.tsx";
import { TermList } from "./term-list.tsx";

type Open =
  | { readonly kind: "term"; readonly term?: Term; readonly rule?: RetentionRule }
  | { readonly kind: "remove"; readonly term: Term }
  | { readonly kind: "quota" };

const VERBS = ["lake.retention.", "lake.segment.dropped"];

/** How long what is kept, by whose demand, and what goes next. */
export function RetentionPage() {
  const t = useText();
  const retention = useRetention();
  const storage = useStorage();
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  return (
    <>
      <PageTabs tabs={STORAGE_TABS} label={t("place.storage")} />
      <div className="page-body storage one" data-testid="retention">
        <h1 className="visually-hidden">{t("place.retention")}</h1>
        {retention.isPending && <Skeleton lines={10} />}
        {retention.isError && <FaultView error={retention.error} onRetry={() => void retention.refetch()} />}
        {retention.isSuccess && (
          <>
            <TermList
              retention={retention.data}
              storage={storage.data}
              onNew={() => setOpen({ kind: "term" })}
              onEdit={(term) => setOpen({ kind: "term", term })}
              onRemove={(term) => setOpen({ kind: "remove", term })}
            />
            <QuotaPart
              quotaBytes={retention.data.quotaBytes}
              storage={storage.data}
              onChange={() => setOpen({ kind: "quota" })}
            />
            <DueNow retention={retention.data} />
            <LawRules retention={retention.data} onUse={(rule) => setOpen({ kind: "term", rule })} />
            <StorageHistory name="retention" verbs={VERBS} />
          </>
        )}
      </div>
      {open?.kind === "term" && retention.isSuccess && (
        <TermDialog
          rules={retention.data.rules}
          sources={storage.data?.sources ?? []}
          term={open.term}
          rule={open.rule}
          onClose={close}
        />
      )}
      {open?.kind === "remove" && <RemoveTerm term={open.term} onClose={close} />}
      {open?.kind === "quota" && retention.isSuccess && (
        <QuotaDialog quotaBytes={retention.data.quotaBytes} storage={storage.data} onClose={close} />
      )}
    </>
  );
}
