import { Link } from "@tanstack/react-router";
import { type ChangeEvent, useRef, useState } from "react";
import { Button, IconButton } from "../../../kit/button.tsx";
import { CopyButton } from "../../../kit/copy-button.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { useToast } from "../../../kit/toast.tsx";
import { When } from "../../../kit/when.tsx";
import type { EvidenceList, EvidencePiece } from "../../api/case-types.ts";
import { api } from "../../api/client.ts";
import { saveFile } from "../../download.ts";
import { FaultView, faultText } from "../../fault-view.tsx";
import { FormDialog, Reason } from "./case-dialogs.tsx";
import { KeepNotebookButton } from "./keep-notebook.tsx";
import type { TabProps } from "./part-row.tsx";
import { casePath, useEvidence } from "./use-cases.ts";

const CUSTODY_SHOWN = 50;

function useFileOf() {
  const toast = useToast();
  const t = useText();
  return async (path: string) => {
    try {
      const { name, content } = await api.fetchFile(path);
      saveFile(name, content);
      return true;
    } catch (error) {
      toast.show({ text: faultText(error, t), tone: "bad" });
      return false;
    }
  };
}

function Piece({ page, piece, onTaken }: TabProps & { piece: EvidencePiece; onTaken: () => void }) {
  const t = useText();
  const format = useFormat();
  const fetchFile = useFileOf();
  const take = async () => {
    if (await fetchFile(`${casePath(page.id)}/evidence/${piece.id}/content`)) onTaken();
  };
  return (
    <li className="part" data-testid="evidence-row">
      <div className="part-body">
        <p className="part-text">
          <span className="tag">{t(`case.evidence.${piece.kind}`)}</span> <SafeText text={piece.name} />
          {piece.fromCase !== null && (
            <Link
              to="/cases/$id"
              params={{ id: piece.fromCase.id }}
              search={{ tab: "evidence" }}
              className="tag"
              data-testid="evidence-from"
            >
              {t("case.evidence.from", { number: piece.fromCase.number })}
            </Link>
          )}
          {piece.mismatch && <span className="tag bad-tag">{t("case.evidence.mismatch")}</span>}
          {piece.executable && <span className="tag bad-tag">{t("case.evidence.executable")}</span>}
          {piece.kind === "event" && (
            <span className={piece.proved ? "tag holds" : "tag"}>
              {t(piece.proved ? "case.evidence.proved" : "case.evidence.unproved")}
            </span>
          )}
        </p>
        {piece.description !== "" && (
          <p className="small">
            <SafeText text={piece.description} />
          </p>
        )}
        <p className="quiet small">
          {piece.media} · {t("case.evidence.bytes", { n: piece.bytes, count: format.number(piece.bytes) })} ·{" "}
          <bdi>{piece.addedBy.name}</bdi> · <When at={piece.addedAt} />
        </p>
        <p className="quiet small case-hash">
          <code>{piece.sha256}</code>
        </p>
      </div>
      {page.may.write && (
        <span className="part-tools no-print">
          <IconButton
            icon="download"
            label={t("case.evidence.take")}
            onClick={() => void take()}
            data-testid="evidence-take"
          />
        </span>
      )}
    </li>
  );
}

function HoldDialog({ page, writing, onClose }: TabProps & { onClose: () => void }) {
  const t = useText();
  const [reason, setReason] = useState("");
  const title = t(page.held ? "case.hold.release" : "case.hold.place");
  return (
    <FormDialog
      page={page}
      writing={writing}
      onClose={onClose}
      title={title}
      testId="hold-case"
      submit={title}
      ready={reason.trim() !== ""}
      work={() =>
        page.held
          ? api.post(`${casePath(page.id)}/hold/release`, { reason })
          : api.put(`${casePath(page.id)}/hold`, { reason })
      }
    >
      <p className="quiet">{t(page.held ? "case.hold.release.means" : "case.hold.means")}</p>
      <Reason value={reason} onChange={setReason} required />
    </FormDialog>
  );
}

function Custody({ list }: { list: EvidenceList }) {
  const t = useText();
  const names = new Map(list.items.map(({ id, name }) => [id, name]));
  return (
    <section className="part-section">
      <div className="row section-head">
        <h2>{t("case.custody")}</h2>
      </div>
      {list.custody.length === 0 && <p className="quiet">{t("case.custody.none")}</p>}
      <ol className="history" data-testid="custody">
        {list.custody
          .slice(-CUSTODY_SHOWN)
          .toReversed()
          .map((entry) => (
            <li key={`${entry.fromCase?.id ?? ""} ${entry.seq}`}>
              <p>
                <bdi>
                  <strong>{entry.by.name}</strong>
                </bdi>{" "}
                {t(`case.custody.${entry.act}`)}{" "}
                {entry.evidenceId !== null && <SafeText text={names.get(entry.evidenceId) ?? ""} />}
              </p>
              <p className="quiet small">
                <When at={entry.at} as="both" />
                {entry.fromCase !== null && ` · ${t("case.evidence.from", { number: entry.fromCase.number })}`}
              </p>
            </li>
          ))}
      </ol>
      <p className="quiet small">{t("case.key")}</p>
      <p className="case-hash small">
        <code>{list.keyId}</code> <CopyButton text={list.keyId} label={t("case.key.copy")} />
      </p>
    </section>
  );
}

function Actions(props: TabProps & { readonly onChanged: () => void }) {
  const { page, writing, onChanged } = props;
  const t = useText();
  const picker = useRef<HTMLInputElement>(null);
  const fetchFile = useFileOf();
  const [isBusy, setBusy] = useState(false);
  const [isHolding, setHolding] = useState(false);
  const during = async (work: () => Promise<unknown>) => {
    setBusy(true);
    await work();
    setBusy(false);
    onChanged();
  };
  const add = async (event: ChangeEvent<HTMLInputElement>) => {
    const files = [...(event.target.files ?? [])];
    event.target.value = "";
    await during(async () => {
      for (const file of files)
        await writing.attempt(page, () => api.upload(`${casePath(page.id)}/evidence/files`, { name: file.name }, file));
    });
  };
  return (
    <div className="row wrap no-print">
      {page.may.write && (
        <>
          <input
            ref={picker}
            type="file"
            multiple
            hidden
            aria-label={t("case.evidence.add")}
            onChange={(event) => void add(event)}
            data-testid="evidence-file"
          />
          <Button icon="plus" disabled={isBusy} onClick={() => picker.current?.click()} data-testid="evidence-add">
            {t("case.evidence.add")}
          </Button>
          <Button
            disabled={isBusy}
            onClick={() => void during(() => writing.attempt(page, () => freezeFacts(props)))}
            data-testid="evidence-facts"
          >
            {t("case.evidence.facts")}
          </Button>
          <KeepNotebookButton {...props} />
        </>
      )}
      {page.may.export && (
        <Button
          icon="download"
          disabled={isBusy}
          onClick={() => void during(() => fetchFile(`${casePath(page.id)}/bag`))}
          data-testid="evidence-bag"
        >
          {t(isBusy ? "case.evidence.busy" : "case.evidence.bag")}
        </Button>
      )}
      {page.may.hold && (
        <Button icon="lock" onClick={() => setHolding(true)} data-testid="evidence-hold">
          {t(page.held ? "case.hold.release" : "case.hold.place")}
        </Button>
      )}
      {isHolding && <HoldDialog {...props} onClose={() => setHolding(false)} />}
    </div>
  );
}

const EVENTS_AT_ONCE = 100;

/** The events that facts of the case came from, frozen as they are stored. */
function freezeFacts({ page }: TabProps): Promise<unknown> {
  const events = [
    ...new Set(
      page.parts.flatMap(({ content, hidden }) =>
        content.kind === "fact" && !hidden && content.source.eventId !== null ? [content.source.eventId] : [],
      ),
    ),
  ].slice(0, EVENTS_AT_ONCE);
  return events.length === 0 ? Promise.resolve() : api.post(`${casePath(page.id)}/evidence/events`, { events });
}

/** Files are never shown, only kept, told about and handed out as they are. */
export function EvidenceTab(props: TabProps) {
  const t = useText();
  const list = useEvidence(props.page.id);
  const refresh = () => void list.refetch();
  if (list.isError) return <FaultView error={list.error} onRetry={refresh} />;
  if (list.data === undefined) return <Skeleton />;
  return (
    <div className="case-halves">
      <section className="part-section">
        <div className="row section-head">
          <h2>{t("case.list.evidence")}</h2>
        </div>
        <p className="quiet small">{t("case.evidence.means")}</p>
        <Actions {...props} onChanged={refresh} />
        {list.data.items.length === 0 && <p className="quiet">{t("case.none.evidence")}</p>}
        <ul className="part-list">
          {list.data.items.map((piece) => (
            <Piece key={piece.id} {...props} piece={piece} onTaken={refresh} />
          ))}
        </ul>
      </section>
      <Custody list={list.data} />
    </div>
  );
}
