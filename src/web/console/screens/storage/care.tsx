import type { ReactNode } from "react";
import { Button } from "../../../kit/button.tsx";
import { CopyButton } from "../../../kit/copy-button.tsx";
import { Icon } from "../../../kit/icon.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { hasText, useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { When } from "../../../kit/when.tsx";
import { useMay } from "../../api/session.ts";
import type { LastCheck, RunningCheck, StorageCare } from "../../api/storage-types.ts";
import { FaultView } from "../../fault-view.tsx";
import { useCare, useStartCheck } from "./use-storage.ts";

/** A command to be run on the server, with what it does. */
export function CommandLine({ command, children }: { command: string; children: ReactNode }) {
  return (
    <div className="shell-line">
      <p className="quiet small">{children}</p>
      <div className="row">
        <code className="grow">{command}</code>
        <CopyButton text={command} iconOnly />
      </div>
    </div>
  );
}

function Verdict({ last }: { last: LastCheck }) {
  const t = useText();
  const format = useFormat();
  if (last.ok === null) {
    return (
      <p className="bad-text">
        {t("storage.check.broken_off")} <RawText text={last.error ?? ""} />
      </p>
    );
  }
  if (last.ok) {
    return (
      <p className="good-line">
        <Icon name="check" />
        {t("storage.check.sound", { events: format.number(last.events), segments: format.number(last.segments) })}
      </p>
    );
  }
  return (
    <div className="notice bad" role="alert" data-testid="check-unsound">
      <div>
        <h3>{t("storage.check.unsound")}</h3>
        {last.auditFlaw !== null && (
          <p>{t("audit.verify.bad", { index: last.auditFlaw.index, reason: last.auditFlaw.reason })}</p>
        )}
        <ul className="small">
          {last.found.map(({ code, name }) => (
            <li key={`${code} ${name}`}>
              {hasText(`storage.finding.${code}`) ? t(`storage.finding.${code}`) : code}: <RawText text={name} />
            </li>
          ))}
        </ul>
        <p className="quiet">{t("storage.check.unsound.do")}</p>
      </div>
    </div>
  );
}

function Running({ running }: { running: RunningCheck }) {
  const t = useText();
  const format = useFormat();
  return (
    <div role="status" data-testid="check-running">
      <progress
        className="storage-bar"
        max={Math.max(1, running.of)}
        value={running.segments}
        aria-label={t("storage.check.running")}
      />
      <p className="quiet small">
        {t("storage.check.progress", { n: format.number(running.segments), of: format.number(running.of) })}
      </p>
    </div>
  );
}

function LastCheckLine({ last }: { last: LastCheck | null }) {
  const t = useText();
  const format = useFormat();
  if (last === null) return <p className="quiet">{t("storage.check.never")}</p>;
  return (
    <div data-testid="last-check">
      <Verdict last={last} />
      <p className="quiet small">
        <When at={last.at} as="both" /> · <bdi>{last.by}</bdi> ·{" "}
        {t(last.deep ? "storage.check.deep.was" : "storage.check.quick.was")} · {format.duration(last.tookMs / 1000)}
      </p>
    </div>
  );
}

function Check({ check }: { check: StorageCare["check"] }) {
  const t = useText();
  const may = useMay();
  const start = useStartCheck();
  const allowed = may("storage.admin");
  const busy = check.running !== null || start.isPending;
  return (
    <section className="storage-part stack">
      <h2>{t("storage.check")}</h2>
      {check.running === null ? <LastCheckLine last={check.last} /> : <Running running={check.running} />}
      <div className="row wrap">
        {([false, true] as const).map((deep) => (
          <Button
            key={String(deep)}
            icon="check"
            disabled={!allowed || busy}
            title={allowed ? t(deep ? "storage.check.deep.hint" : "storage.check.quick.hint") : t("storage.admin_only")}
            onClick={() => start.mutate(deep)}
            data-testid={deep ? "check-deep" : "check-quick"}
          >
            {t(deep ? "storage.check.deep" : "storage.check.quick")}
          </Button>
        ))}
        {!allowed && <span className="quiet small">{t("storage.admin_only")}</span>}
      </div>
      {start.isError && <FaultView error={start.error} />}
      <CommandLine command="khien verify">{t("storage.check.command")}</CommandLine>
    </section>
  );
}

function Backup({ backup }: { backup: StorageCare["backup"] }) {
  const t = useText();
  const format = useFormat();
  const { last, runningSince, failedAt } = backup;
  return (
    <section className="storage-part stack" data-testid="last-backup">
      <h2>{t("storage.backup")}</h2>
      {runningSince !== null && (
        <p role="status">
          {t("storage.backup.running")} <When at={runningSince} as="both" />
        </p>
      )}
      {failedAt !== null && runningSince === null && (
        <p className="bad-text">
          {t("storage.backup.failed")} <When at={failedAt} as="both" />
        </p>
      )}
      {last === null ? (
        <p className="quiet">{t("storage.backup.never")}</p>
      ) : (
        <div>
          <p className="good-line">
            <Icon name="check" />
            <span>
              <When at={last.at} as="both" /> · <bdi>{last.by}</bdi>
            </span>
          </p>
          {last.bytes !== null && (
            <p className="quiet small">
              {t("storage.backup.figures", {
                files: format.number(last.files ?? 0),
                bytes: format.bytes(last.bytes),
                new: format.bytes(last.newBytes ?? 0),
              })}
            </p>
          )}
        </div>
      )}
      <CommandLine command="khien backup /mnt/backup --key-file khien.key">{t("storage.backup.command")}</CommandLine>
      <CommandLine command="khien doctor">{t("storage.doctor.command")}</CommandLine>
    </section>
  );
}

/** Whether what is kept is whole, and whether there is a second copy. */
export function Care() {
  const care = useCare();
  if (care.isPending) return <Skeleton lines={4} />;
  if (care.isError) return <FaultView error={care.error} onRetry={() => void care.refetch()} />;
  return (
    <>
      <Check check={care.data.check} />
      <Backup backup={care.data.backup} />
    </>
  );
}
