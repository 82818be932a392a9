import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { TextField } from "../../../kit/field.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { faultText } from "../../fault-view.tsx";
import { createNotebook } from "./use-notebook.ts";

export function NewNotebookDialog({ onClose }: { onClose: () => void }) {
  const t = useText();
  const navigate = useNavigate();
  const client = useQueryClient();
  const [title, setTitle] = useState("");
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const begin = async () => {
    setBusy(true);
    try {
      const page = await createNotebook(title.trim());
      await client.invalidateQueries({ queryKey: ["notebooks", "list"] });
      await navigate({ to: "/hunt/notebooks/$id", params: { id: page.id }, search: {} });
    } catch (problem) {
      setError(faultText(problem, t));
      setBusy(false);
    }
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (title.trim() !== "" && !busy) void begin();
  };
  return (
    <Dialog title={t("notebook.new")} onClose={onClose} testId="notebook-new-dialog">
      <form onSubmit={submit}>
        <div className="dialog-body">
          <TextField
            label={t("notebook.title")}
            hint={t("notebook.new.hint")}
            error={error}
            value={title}
            maxLength={200}
            required
            onChange={(event) => setTitle(event.target.value)}
          />
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" disabled={title.trim() === "" || busy}>
            {t("notebook.new.do")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
