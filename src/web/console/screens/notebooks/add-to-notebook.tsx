import "./add-to-notebook.css";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { Button, IconButton } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { SelectField, TextField } from "../../../kit/field.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import { useMay, useSession } from "../../api/session.ts";
import { faultText } from "../../fault-view.tsx";
import { createNotebook, freezeResult, readNotebook, useNotebooks, writeChanges } from "./use-notebook.ts";

interface AddProps {
  readonly query: string;
  /** As it was run. */
  readonly range: { readonly from: string; readonly to: string };
  /** "24h", when the range is told from now: a live query keeps it so. */
  readonly relative?: string | undefined;
}

const NEW = "";
const KINDS = ["result", "query"] as const;
type Kind = (typeof KINDS)[number];

async function add({ query, range, relative }: AddProps, kind: Kind, book: string): Promise<string> {
  const page = await readNotebook(book);
  const after = page.cells.at(-1)?.id ?? null;
  if (kind === "result") await freezeResult(book, { query, ...range, after });
  else {
    const bounds = relative === undefined ? range : { from: `now-${relative}`, to: "now" };
    const content = { kind: "query" as const, query, ...bounds };
    await writeChanges(book, page.entries, [{ op: "add", cell: crypto.randomUUID(), after, content }]);
  }
  return book;
}

function AddDialog({ onClose, ...asked }: AddProps & { onClose: () => void }) {
  const t = useText();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { user } = useSession();
  const books = useNotebooks();
  const mine = (books.data?.items ?? []).filter(({ owner, archived }) => owner.id === user.id && !archived);
  const [chosen, setChosen] = useState<string>();
  const [title, setTitle] = useState("");
  const [kind, setKind] = useState<Kind>("result");
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const book = chosen ?? mine[0]?.id ?? NEW;
  const submit = async () => {
    setBusy(true);
    try {
      const id = await add(asked, kind, book === NEW ? (await createNotebook(title.trim())).id : book);
      await client.invalidateQueries({ queryKey: ["notebooks"] });
      await navigate({ to: "/hunt/notebooks/$id", params: { id }, search: {} });
    } catch (problem) {
      setError(faultText(problem, t));
      setBusy(false);
    }
  };
  return (
    <Dialog title={t("notebook.addto")} onClose={onClose} testId="add-to-notebook">
      <form
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          if (!busy) void submit();
        }}
      >
        <div className="dialog-body stack">
          <p className="raw addto-query">
            {asked.query === "" ? t("notebook.query.all") : <RawText text={asked.query.slice(0, 400)} />}
          </p>
          <SelectField
            label={t("notebook.addto.which")}
            value={book}
            onChange={(event) => setChosen(event.target.value)}
            data-testid="addto-book"
          >
            {mine.map(({ id, title: name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
            <option value={NEW}>{t("notebook.addto.new")}</option>
          </SelectField>
          {book === NEW && (
            <TextField
              label={t("notebook.title")}
              value={title}
              maxLength={200}
              required
              onChange={(event) => setTitle(event.target.value)}
              data-testid="addto-title"
            />
          )}
          <fieldset className="reasons">
            <legend className="visually-hidden">{t("notebook.addto.what")}</legend>
            {KINDS.map((each) => (
              <label key={each} className="reason">
                <input type="radio" name="kind" checked={kind === each} onChange={() => setKind(each)} />
                <span>
                  {t(`notebook.addto.${each}`)}
                  <small className="quiet small addto-about">{t(`notebook.addto.${each}.about`)}</small>
                </span>
              </label>
            ))}
          </fieldset>
          {error !== undefined && (
            <p className="bad-text" role="alert">
              {error}
            </p>
          )}
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button
            kind="primary"
            type="submit"
            disabled={busy || (book === NEW && title.trim() === "")}
            data-testid="addto-do"
          >
            {t("notebook.addto.do")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** Keeps a search, or what it gives right now, on a page that becomes evidence. */
export function AddToNotebook(props: AddProps) {
  const t = useText();
  const may = useMay();
  const [open, setOpen] = useState(false);
  if (!may("hunts.write")) return null;
  return (
    <>
      <IconButton icon="note" label={t("notebook.addto")} onClick={() => setOpen(true)} data-testid="addto" />
      {open && <AddDialog {...props} onClose={() => setOpen(false)} />}
    </>
  );
}
