import { useFormat } from "../../../../kit/i18n/format.ts";
import { useText } from "../../../../kit/i18n/text.tsx";
import { SafeText } from "../../../../kit/raw-text.tsx";
import { Table } from "../../../../kit/table.tsx";
import type { PeopleImportPreview } from "../../../api/types.ts";
import { useRoleName } from "../role-words.ts";
import { useRoles } from "../roles/use-roles.ts";

interface OutlookProps {
  readonly preview: PeopleImportPreview;
}

function useRoleWord(): (id: string) => string {
  const roleName = useRoleName();
  const roles = useRoles().data?.items ?? [];
  return (id) => roleName(id, roles.find((role) => role.id === id)?.name ?? null);
}

export function Problems({ preview, file }: OutlookProps & { file: string }) {
  const t = useText();
  const { problems, problemCount } = preview;
  return (
    <section data-testid="people-import-problems">
      <div className="notice bad">
        <p>
          <strong>{t("users.import.has_problems", { n: problemCount })}</strong>
        </p>
      </div>
      <div className="import-list">
        <Table
          label={t("users.import.problems")}
          rows={problems}
          rowKey={(_, at) => String(at)}
          columns={[
            {
              id: "line",
              header: t("users.import.place"),
              render: ({ line }) => <SafeText text={`${file}:${line}`} />,
            },
            {
              id: "problem",
              header: t("users.import.what"),
              render: ({ code, params }) => <SafeText text={t(`users.import.problem.${code}`, params)} />,
            },
          ]}
        />
      </div>
      <More n={problemCount - problems.length} />
    </section>
  );
}

/** What is new, and what changes of whom is there already: apart. */
export function Outlook({ preview }: OutlookProps) {
  const t = useText();
  const format = useFormat();
  const { created, changed, unchanged, ignored } = preview;
  return (
    <section className="stack" data-testid="people-import-outlook">
      <dl className="facts import-counts">
        {(
          [
            ["users.import.created", created],
            ["users.import.changed", changed],
            ["users.import.unchanged", unchanged],
          ] as const
        ).map(([key, count]) => (
          <div key={key}>
            <dt>{t(key)}</dt>
            <dd>{format.number(count)}</dd>
          </div>
        ))}
      </dl>
      {created + changed === 0 && <p>{t("users.import.nothing")}</p>}
      {ignored.length > 0 && (
        <p className="quiet">
          <SafeText text={t("users.import.ignored", { columns: ignored.join(", ") })} />
        </p>
      )}
      <NewPeople preview={preview} />
      <Changes preview={preview} />
    </section>
  );
}

function NewPeople({ preview }: OutlookProps) {
  const t = useText();
  const role = useRoleWord();
  const { newPeople, created } = preview;
  if (newPeople.length === 0) return null;
  return (
    <div>
      <h3>{t("users.import.created")}</h3>
      <div className="import-list">
        <Table
          label={t("users.import.created")}
          rows={newPeople}
          rowKey={({ line }) => String(line)}
          rowTestId="people-import-new"
          columns={[
            {
              id: "name",
              header: t("user.display_name"),
              names: true,
              render: ({ displayName }) => <SafeText text={displayName} />,
            },
            {
              id: "username",
              header: t("sign_in.username"),
              render: ({ username }) => <span className="mono">{username}</span>,
            },
            { id: "role", header: t("user.role"), render: (one) => <SafeText text={role(one.role)} /> },
            { id: "language", header: t("profile.language"), render: ({ language }) => t(`language.${language}`) },
          ]}
        />
      </div>
      <More n={created - newPeople.length} />
    </div>
  );
}

function Changes({ preview }: OutlookProps) {
  const t = useText();
  const role = useRoleWord();
  const { changes, changed } = preview;
  if (changes.length === 0) return null;
  return (
    <div>
      <h3>{t("users.import.changed")}</h3>
      <div className="import-list">
        <Table
          label={t("users.import.changed")}
          rows={changes}
          rowKey={({ line }) => String(line)}
          rowTestId="people-import-change"
          columns={[
            {
              id: "username",
              header: t("sign_in.username"),
              names: true,
              render: ({ username }) => <span className="mono">{username}</span>,
            },
            {
              id: "name",
              header: t("user.display_name"),
              render: ({ displayName: name }) => name !== null && <SafeText text={`${name.from} → ${name.to}`} />,
            },
            {
              id: "role",
              header: t("user.role"),
              render: (one) => one.role !== null && <SafeText text={`${role(one.role.from)} → ${role(one.role.to)}`} />,
            },
          ]}
        />
      </div>
      <More n={changed - changes.length} />
    </div>
  );
}

function More({ n }: { n: number }) {
  const t = useText();
  return n > 0 ? <p className="quiet">{t("users.import.more", { n })}</p> : null;
}
