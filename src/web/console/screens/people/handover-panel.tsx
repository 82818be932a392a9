import "../notebooks/notebooks.css";
import { type FormEvent, useState } from "react";
import { Button, IconButton } from "../../../kit/button.tsx";
import { CopyButton } from "../../../kit/copy-button.tsx";
import { TextField } from "../../../kit/field.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { Menu, MenuItem } from "../../../kit/menu.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { When } from "../../../kit/when.tsx";
import { address } from "../../api/client.ts";
import type { Handover } from "../../api/people-types.ts";
import { useMay, useSession } from "../../api/session.ts";
import { download } from "../../download.ts";
import { FaultView } from "../../fault-view.tsx";
import { Markdown } from "../../../kit/markdown-view.tsx";
import { TextArea } from "../storage/text-area.tsx";
import { Figures } from "./figures.tsx";
import { useHandover, useHandoverDraft, useReceiveHandover, useSignHandover } from "./use-people.ts";

/** What is on the page now is not yet what is signed: the figures are taken anew with the signature. */
export function NewHandover({ onClose, onSigned }: { onClose: () => void; onSigned: (id: string) => void }) {
  const t = useText();
  const draft = useHandoverDraft();
  const sign = useSignHandover();
  const [text, setText] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    sign.mutate(text, { onSuccess: ({ id }) => onSigned(id) });
  };
  return (
    <section className="panel" aria-label={t("handover.new")} data-testid="handover-draft">
      <header className="panel-head">
        <div className="row">
          <h2 className="grow">{t("handover.new")}</h2>
          <IconButton icon="close" label={t("action.close_panel")} onClick={onClose} />
        </div>
      </header>
      <div className="tab-body stack">
        <form onSubmit={submit} className="stack">
          <TextArea
            label={t("handover.text")}
            hint={t("handover.text.hint")}
            rows={8}
            maxLength={20_000}
            value={text}
            onChange={(event) => setText(event.target.value)}
            data-testid="handover-text"
          />
          {sign.isError && <FaultView error={sign.error} />}
          <div className="row wrap">
            <Button
              kind="primary"
              type="submit"
              disabled={sign.isPending || draft.data === undefined}
              data-testid="handover-sign"
            >
              {t("handover.sign")}
            </Button>
            <span className="quiet small">{t("handover.sign.hint")}</span>
          </div>
        </form>
        {draft.isPending && <Skeleton lines={8} />}
        {draft.isError && <FaultView error={draft.error} onRetry={() => void draft.refetch()} />}
        {draft.data !== undefined && <Figures figures={draft.data.figures} />}
      </div>
    </section>
  );
}

function Receive({ note }: { note: Handover }) {
  const t = useText();
  const may = useMay()("alerts.write");
  const { user } = useSession();
  const [remark, setRemark] = useState("");
  const receive = useReceiveHandover(note.id);
  if (!may || user.id === note.by.id) return <p className="quiet">{t("handover.waits")}</p>;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    receive.mutate(remark);
  };
  return (
    <form onSubmit={submit} className="stack no-print">
      <TextField
        label={t("handover.remark")}
        maxLength={2_000}
        value={remark}
        onChange={(event) => setRemark(event.target.value)}
      />
      {receive.isError && <FaultView error={receive.error} />}
      <div>
        <Button kind="primary" type="submit" disabled={receive.isPending} data-testid="handover-receive">
          {t("handover.receive")}
        </Button>
      </div>
    </form>
  );
}

function Signatures({ note }: { note: Handover }) {
  const t = useText();
  return (
    <section className="signatures">
      <h3>{t("handover.signatures")}</h3>
      <dl className="facts">
        <div>
          <dt>{t("handover.leaving")}</dt>
          <dd>
            <bdi>{note.by.name}</bdi> · <When at={note.at} as="exact" />
          </dd>
        </div>
        {note.receipt !== null && (
          <div>
            <dt>{t("handover.arriving")}</dt>
            <dd data-testid="handover-received">
              <bdi>{note.receipt.by.name}</bdi> · <When at={note.receipt.at} as="exact" />
              {note.receipt.remark !== "" && (
                <div>
                  <SafeText text={note.receipt.remark} />
                </div>
              )}
            </dd>
          </div>
        )}
      </dl>
      {note.receipt === null && <Receive note={note} />}
      <p className="quiet small seal">
        {t("handover.seal")} <code>{note.receipt?.seal ?? note.seal}</code>
        <CopyButton text={note.receipt?.seal ?? note.seal} />
      </p>
    </section>
  );
}

function Note({ note, onClose }: { note: Handover; onClose: () => void }) {
  const t = useText();
  const format = useFormat();
  const language = useLanguage();
  const { shift } = note;
  const paper = `/people/handovers/${encodeURIComponent(note.id)}/paper`;
  const save = (form: "pdf" | "docx") => () => download(address(paper, { format: form, language }));
  return (
    <>
      <header className="panel-head">
        <div className="row">
          <h2 className="grow">{t("handover.title", { n: note.number })}</h2>
          <Menu
            align="end"
            trigger={<IconButton icon="download" label={t("handover.download")} data-testid="handover-download" />}
          >
            <MenuItem onSelect={save("pdf")} testId="handover-pdf">
              {t("handover.pdf")}
            </MenuItem>
            <MenuItem onSelect={save("docx")} testId="handover-docx">
              {t("handover.docx")}
            </MenuItem>
          </Menu>
          <IconButton icon="print" label={t("notebook.print")} onClick={() => print()} />
          <IconButton icon="close" label={t("action.close_panel")} onClick={onClose} data-testid="panel-close" />
        </div>
        {shift !== null && (
          <p className="quiet">
            {shift.rota} · {shift.name} · {format.brief(new Date(shift.begins))} – {format.brief(new Date(shift.ends))}
          </p>
        )}
      </header>
      <div className="tab-body stack" data-testid="handover-note">
        {note.text === "" ? <p className="quiet">{t("handover.no_text")}</p> : <Markdown text={note.text} />}
        <Figures figures={note.figures} />
        <Signatures note={note} />
      </div>
    </>
  );
}

export function HandoverPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useText();
  const note = useHandover(id);
  return (
    <section className="panel handover-print" aria-label={t("place.handovers")}>
      {note.data === undefined ? (
        <>
          <IconButton icon="close" label={t("action.close_panel")} onClick={onClose} />
          {note.isPending ? <Skeleton /> : <FaultView error={note.error} onRetry={() => void note.refetch()} />}
        </>
      ) : (
        <Note note={note.data} onClose={onClose} />
      )}
    </section>
  );
}
