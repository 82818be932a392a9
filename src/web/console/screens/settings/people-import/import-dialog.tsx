import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../../../kit/button.tsx";
import { Dialog } from "../../../../kit/dialog.tsx";
import { FileButton } from "../../../../kit/file-button.tsx";
import { useText } from "../../../../kit/i18n/text.tsx";
import { SafeText } from "../../../../kit/raw-text.tsx";
import { api } from "../../../api/client.ts";
import type { PeopleImported, PeopleImportPreview } from "../../../api/types.ts";
import { csvOf } from "../../../csv.ts";
import { saveText } from "../../../download.ts";
import { FaultView } from "../../../fault-view.tsx";
import { useHasOidc } from "../user-dialogs.tsx";
import { Outlook, Problems } from "./outlook.tsx";

const SAMPLE = [
  ["username", "name", "role", "language"],
  ["hoa.tran", "Trần Thị Hoa", "analyst", "vi"],
  ["minh.le", "Lê Quang Minh", "lead", "vi"],
];

interface Looked {
  readonly csv: string;
  readonly file: string;
  readonly preview: PeopleImportPreview;
}

/** The only moment the passwords exist outside the server's hashes: the window stays until they were saved. */
function Done({ imported, onClose }: { imported: PeopleImported; onClose: () => void }) {
  const t = useText();
  const { created, changed, people } = imported;
  const secret = people.filter(({ password }) => password !== null);
  const [isSaved, setSaved] = useState(secret.length === 0);
  const save = () => {
    const head = [t("user.display_name"), t("sign_in.username"), t("users.first_password")];
    const rows = secret.map(({ displayName, username, password }) => [displayName, username, password ?? ""]);
    saveText("khien-accounts.csv", csvOf([head, ...rows]));
    setSaved(true);
  };
  return (
    <Dialog title={t("users.import.title")} onClose={() => isSaved && onClose()} testId="people-import-dialog">
      <div className="dialog-body stack" data-testid="people-imported">
        <p>{t("users.import.done", { created, changed })}</p>
        {secret.length > 0 && (
          <>
            <p className="notice">{t("users.import.passwords", { n: secret.length })}</p>
            <div className="row">
              <Button icon="download" onClick={save} data-testid="people-import-passwords">
                {t("users.import.save_passwords")}
              </Button>
            </div>
          </>
        )}
      </div>
      <div className="dialog-foot">
        <Button
          kind="primary"
          onClick={onClose}
          disabled={!isSaved}
          title={isSaved ? undefined : t("users.import.save_first")}
          data-testid="people-import-close"
        >
          {t("action.close_window")}
        </Button>
      </div>
    </Dialog>
  );
}

/** A file is looked at first: what it would do, and every line that is wrong. Then all of it is taken, or nothing. */
export function ImportPeople({ onClose }: { onClose: () => void }) {
  const t = useText();
  const client = useQueryClient();
  const hasOidc = useHasOidc();
  const [withoutPasswords, setWithoutPasswords] = useState(false);
  const look = useMutation({
    mutationFn: async (chosen: File): Promise<Looked> => {
      const sent = { csv: await chosen.text(), file: chosen.name };
      return { ...sent, preview: await api.post<PeopleImportPreview>("/users/import/preview", sent) };
    },
  });
  const take = useMutation({
    mutationFn: ({ csv, file, preview }: Looked) =>
      api.post<PeopleImported>("/users/import", {
        csv,
        file,
        plan: preview.plan,
        passwords: withoutPasswords ? "none" : "make",
      }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ["users"] });
      await client.invalidateQueries({ queryKey: ["user-names"] });
    },
  });
  const looked = look.data;
  const preview = looked?.preview;
  const isSound = preview !== undefined && preview.problemCount === 0 && preview.created + preview.changed > 0;
  if (take.data !== undefined) return <Done imported={take.data} onClose={onClose} />;
  return (
    <Dialog wide title={t("users.import.title")} onClose={onClose} testId="people-import-dialog">
      <div className="dialog-body stack">
        <p>{t("users.import.body")}</p>
        <div className="row wrap">
          <FileButton
            accept=".csv,text/csv"
            testId="people-import-file"
            onFile={(chosen) => {
              take.reset();
              look.mutate(chosen);
            }}
          >
            {t("users.import.choose")}
          </FileButton>
          <Button icon="download" onClick={() => saveText("khien-people.csv", csvOf(SAMPLE))}>
            {t("users.import.template")}
          </Button>
          {looked !== undefined && <SafeText text={looked.file} />}
        </div>
        {look.isPending && <progress aria-label={t("users.import.reading")} />}
        {look.isError && <FaultView error={look.error} />}
        {preview !== undefined && preview.problemCount > 0 && <Problems preview={preview} file={looked?.file ?? ""} />}
        {preview !== undefined && preview.problemCount === 0 && <Outlook preview={preview} />}
        {isSound && hasOidc && preview.created > 0 && (
          <label className="check">
            <input
              type="checkbox"
              checked={withoutPasswords}
              onChange={(event) => setWithoutPasswords(event.target.checked)}
            />
            <span>
              {t("users.import.no_passwords")}
              <span className="quiet small">{t("users.import.no_passwords.hint")}</span>
            </span>
          </label>
        )}
        {take.isPending && <progress aria-label={t("users.import.taking")} />}
        {take.isError && <FaultView error={take.error} />}
      </div>
      <div className="dialog-foot">
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button
          kind="primary"
          disabled={!isSound || take.isPending}
          title={isSound ? undefined : t("users.import.first")}
          onClick={() => looked !== undefined && take.mutate(looked)}
          data-testid="people-import-apply"
        >
          {isSound
            ? t("users.import.apply_n", { created: preview.created, changed: preview.changed })
            : t("users.import.apply")}
        </Button>
      </div>
    </Dialog>
  );
}
