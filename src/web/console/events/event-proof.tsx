import { useMutation } from "@tanstack/react-query";
import { Button } from "../../kit/button.tsx";
import { CopyButton } from "../../kit/copy-button.tsx";
import { Icon } from "../../kit/icon.tsx";
import { useFormat } from "../../kit/i18n/format.ts";
import { useText } from "../../kit/i18n/text.tsx";
import { RawText } from "../../kit/raw-text.tsx";
import { api, ApiFault } from "../api/client.ts";
import { useMay } from "../api/session.ts";
import type { EventProof as Proof } from "../api/storage-types.ts";
import { saveText } from "../download.ts";
import { FaultView } from "../fault-view.tsx";

function fileOf(id: string): string {
  return `khien-proof-${id}.json`;
}

function Sealed({ id, proof }: { id: string; proof: Proof }) {
  const t = useText();
  const format = useFormat();
  const { segment, log } = proof;
  const command = `khien verify --proof ${fileOf(id)} --key-id ${log.keyId}`;
  return (
    <div className="stack" data-testid="proof-sealed">
      <p className="good-line">
        <Icon name="check" />
        {t("proof.holds")}
      </p>
      <p className="small">
        {t("proof.where", {
          row: format.number(segment.row),
          events: format.number(segment.events),
          entry: format.number(log.index),
          size: format.number(log.head.size),
          at: format.exact(new Date(log.head.at)),
        })}{" "}
        <RawText text={segment.name} />
      </p>
      <p className="small quiet proof-root">
        {t("proof.root")} <code>{segment.root}</code>
      </p>
      <div>
        <Button
          icon="download"
          onClick={() => saveText(fileOf(id), `${JSON.stringify(proof, null, 2)}\n`)}
          data-testid="proof-save"
        >
          {t("proof.save")}
        </Button>
      </div>
      <div>
        <p className="quiet small">{t("proof.command")}</p>
        <div className="row">
          <code className="grow proof-root">{command}</code>
          <CopyButton text={command} iconOnly />
        </div>
      </div>
    </div>
  );
}

/** Asked for only on demand: who takes a proof of what is told in the audit log. */
export function EventProof({ eventId }: { eventId: string }) {
  const t = useText();
  const may = useMay();
  const ask = useMutation({ mutationFn: () => api.get<Proof>(`/events/${encodeURIComponent(eventId)}/proof`) });
  const fault = ask.error instanceof ApiFault ? ask.error : undefined;
  if (!may("events.read")) return null;
  return (
    <section data-testid="event-proof">
      <div className="row section-head">
        <h3 className="grow">{t("proof.title")}</h3>
        {!ask.isSuccess && (
          <Button disabled={ask.isPending} onClick={() => ask.mutate()} data-testid="proof-ask">
            {t("proof.ask")}
          </Button>
        )}
      </div>
      {ask.isIdle && <p className="quiet small">{t("proof.what")}</p>}
      {ask.isSuccess && <Sealed id={eventId} proof={ask.data} />}
      {fault?.code === "lake.proof.pending" && (
        <p role="status" data-testid="proof-pending">
          {t("proof.pending")}
        </p>
      )}
      {ask.isError && fault?.code !== "lake.proof.pending" && <FaultView error={ask.error} />}
    </section>
  );
}
