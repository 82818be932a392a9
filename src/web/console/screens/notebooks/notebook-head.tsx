import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Button, IconButton } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { TextField } from "../../../kit/field.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { Menu, MenuItem } from "../../../kit/menu.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { useToast } from "../../../kit/toast.tsx";
import { When } from "../../../kit/when.tsx";
import { api } from "../../api/client.ts";
import type { NotebookHistory, NotebookPage } from "../../api/investigation-types.ts";
import { faultText } from "../../fault-view.tsx";
import { KeepInCase } from "../cases/keep-in-case.tsx";
import { saveNotebook } from "./export.ts";
import { Seal } from "./seal.tsx";
import type { Writing } from "./use-notebook.ts";

function RenameDialog({ page, writing, onClose }: { page: NotebookPage; writing: Writing; onClose: () => void }) {
  const t = useText();
  const [title, setTitle] = useState(page.title);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    writing.settings.mutate({ title: title.trim() }, { onSuccess: onClose });
  };
  return (
    <Dialog title={t("notebook.rename")} onClose={onClose} testId="notebook-rename">
      <form onSubmit={submit}>
        <div className="dialog-body">
          <TextField
            label={t("notebook.title")}
            value={title}
            maxLength={200}
            required
            onChange={(event) => setTitle(event.target.value)}
          />
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit" disabled={title.trim() === ""}>
            {t("action.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function useExport(page: NotebookPage) {
  const t = useText();
  const toast = useToast();
  const client = useQueryClient();
  return async () => {
    try {
      const history = await client.fetchQuery({
        queryKey: ["notebooks", "history", page.id],
        queryFn: ({ signal }) =>
          api.get<NotebookHistory>(`/notebooks/${encodeURIComponent(page.id)}/history`, undefined, signal),
        staleTime: 0,
      });
      saveNotebook(page, history);
    } catch (error) {
      toast.show({ text: faultText(error, t), tone: "bad" });
    }
  };
}

interface HeadProps {
  readonly page: NotebookPage;
  readonly writing: Writing;
  readonly isOwner: boolean;
}

export function NotebookHead({ page, writing, isOwner }: HeadProps) {
  const t = useText();
  const save = useExport(page);
  const [renaming, setRenaming] = useState(false);
  const { settings } = writing;
  return (
    <header className="notebook-head">
      <div className="row wrap">
        <h1 className="grow" data-testid="notebook-title">
          <SafeText text={page.title} />
        </h1>
        <div className="row no-print">
          {isOwner && (
            <Button
              onClick={() => settings.mutate({ shared: !page.shared })}
              disabled={settings.isPending}
              data-testid="notebook-share"
            >
              {t(page.shared ? "notebook.unshare" : "notebook.share")}
            </Button>
          )}
          <KeepInCase notebook={page} />
          <IconButton icon="print" label={t("notebook.print")} onClick={() => print()} />
          <IconButton
            icon="download"
            label={t("notebook.export")}
            onClick={() => void save()}
            data-testid="notebook-export"
          />
          {isOwner && (
            <Menu align="end" trigger={<IconButton icon="menu" label={t("action.more")} data-testid="notebook-more" />}>
              <MenuItem icon="note" onSelect={() => setRenaming(true)} testId="notebook-rename-item">
                {t("notebook.rename")}
              </MenuItem>
              <MenuItem icon="bookmark" onSelect={() => settings.mutate({ archived: !page.archived })}>
                {t(page.archived ? "notebook.unarchive" : "notebook.archive")}
              </MenuItem>
            </Menu>
          )}
        </div>
      </div>
      <p className="quiet small notebook-facts">
        <span className="tag">{t(page.shared ? "notebook.shared" : "notebook.private")}</span>
        {page.archived && <span className="tag">{t("notebook.archived")}</span>}
        <span>
          <bdi>{page.owner.name}</bdi> · {t("notebook.updated")} <When at={page.updatedAt} as="both" />
        </span>
      </p>
      <Seal page={page} />
      {renaming && <RenameDialog page={page} writing={writing} onClose={() => setRenaming(false)} />}
    </header>
  );
}
