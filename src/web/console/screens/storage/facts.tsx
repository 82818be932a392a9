import type { ReactNode } from "react";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import type { Storage } from "../../api/storage-types.ts";

function Fact({ name, value, more }: { name: string; value: ReactNode; more?: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {value}
        {more !== undefined && <span className="quiet small storage-more">{more}</span>}
      </dd>
    </div>
  );
}

/** What is kept, what it takes, and how long there is room. */
export function StorageFacts({ storage }: { storage: Storage }) {
  const t = useText();
  const format = useFormat();
  const { segments, hot, journal, records, disk, sources, bytesPerDay, daysLeft, quotaBytes } = storage;
  const raw = sources.reduce((sum, source) => sum + source.rawBytes, 0);
  const stored = segments.bytes + segments.leavesBytes;
  const low = daysLeft !== null && daysLeft < 30;
  return (
    <dl className="facts storage-facts" data-testid="storage-facts">
      <Fact
        name={t("storage.days_left")}
        value={
          <strong className={low ? "bad-text" : ""} data-testid="storage-days-left">
            {daysLeft === null ? t("storage.days_left.none") : t("storage.keep.D", { n: Math.floor(daysLeft) })}
          </strong>
        }
        more={t(quotaBytes === null ? "storage.until_disk" : "storage.until_quota", {
          free: format.bytes(disk.free),
          quota: format.bytes(quotaBytes ?? 0),
        })}
      />
      <Fact
        name={t("storage.growth")}
        value={t("storage.per_day", { bytes: format.bytes(bytesPerDay) })}
        more={t("storage.growth.hint")}
      />
      <Fact
        name={t("storage.disk_free")}
        value={format.bytes(disk.free)}
        more={t("storage.of", { bytes: format.bytes(disk.total) })}
      />
      <Fact
        name={t("storage.events")}
        value={format.number(segments.events + hot.events)}
        more={t("storage.hot", { n: format.number(hot.events) })}
      />
      <Fact
        name={t("storage.sealed")}
        value={format.bytes(stored)}
        more={t("storage.segments", { n: segments.count, count: format.number(segments.count) })}
      />
      <Fact
        name={t("storage.compression")}
        value={stored === 0 ? "—" : t("storage.times", { n: format.decimal(raw / stored) })}
        more={t("storage.raw", { bytes: format.bytes(raw) })}
      />
      <Fact
        name={t("storage.journal")}
        value={format.bytes(journal.bytes)}
        more={t("storage.files", { n: journal.segments })}
      />
      <Fact name={t("storage.records")} value={format.bytes(records.bytes)} more={t("storage.records.hint")} />
    </dl>
  );
}
