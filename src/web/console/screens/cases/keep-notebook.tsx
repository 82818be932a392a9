import { useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { SelectField, TextField } from "../../../kit/field.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { api } from "../../api/client.ts";
import { useMay } from "../../api/session.ts";
import { useNotebooks } from "../notebooks/use-notebook.ts";
import { FormDialog } from "./case-dialogs.tsx";
import type { TabProps } from "./part-row.tsx";
import { casePath } from "./use-cases.ts";

function KeepNotebookDialog({ page, writing, onClose }: TabProps & { onClose: () => void }) {
  const t = useText();
  const books = useNotebooks();
  const [notebook, setNotebook] = useState("");
  const [description, setDescription] = useState("");
  const items = (books.data?.items ?? []).filter(({ archived }) => !archived);
  return (
    <FormDialog
      page={page}
      writing={writing}
      onClose={onClose}
      title={t("case.evidence.keep_notebook")}
      testId="keep-notebook"
      submit={t("case.evidence.keep")}
      ready={notebook !== ""}
      work={() => api.post(`${casePath(page.id)}/evidence/notebooks`, { notebook, description })}
    >
      <p className="quiet">{t("case.evidence.keep_notebook.means")}</p>
      {books.isSuccess && items.length === 0 ? (
        <p>{t("case.evidence.no_notebook")}</p>
      ) : (
        <SelectField
          label={t("case.evidence.notebook")}
          value={notebook}
          onChange={(event) => setNotebook(event.target.value)}
          data-testid="keep-notebook-which"
        >
          <option value="">{t("case.evidence.choose_notebook")}</option>
          {items.map(({ id, title, owner }) => (
            <option key={id} value={id}>
              {`${title} · ${owner.name}`}
            </option>
          ))}
        </SelectField>
      )}
      <TextField
        label={t("case.evidence.description")}
        maxLength={500}
        value={description}
        onChange={(event) => setDescription(event.target.value)}
        data-testid="keep-notebook-description"
      />
    </FormDialog>
  );
}

/** Notebooks are of who may search events; to others there is none to choose. */
export function KeepNotebookButton(props: TabProps) {
  const t = useText();
  const may = useMay();
  const [isOpen, setOpen] = useState(false);
  if (!may("events.read")) return null;
  return (
    <>
      <Button onClick={() => setOpen(true)} data-testid="evidence-notebook">
        {t("case.evidence.keep_notebook")}
      </Button>
      {isOpen && <KeepNotebookDialog {...props} onClose={() => setOpen(false)} />}
    </>
  );
}
