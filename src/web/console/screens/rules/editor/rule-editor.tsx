import "../rules.css";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { Button } from "../../../../kit/button.tsx";
import { Empty } from "../../../../kit/empty.tsx";
import { useText } from "../../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../../kit/skeleton.tsx";
import type { RuleDetail } from "../../../api/rule-types.ts";
import { useMay, useSession } from "../../../api/session.ts";
import { FaultView } from "../../../fault-view.tsx";
import { ruleKey, useRule } from "../use-rule.ts";
import { EditorDesk } from "./editor-desk.tsx";
import { ownCopy, ruleTemplate } from "./templates.ts";

function Forbidden() {
  const t = useText();
  return (
    <>
      <h1 className="visually-hidden">{t("place.rule_new")}</h1>
      <Empty title={t("editor.forbidden.title")}>{t("editor.forbidden.body")}</Empty>
    </>
  );
}

function Waiting({ detail }: { detail: ReturnType<typeof useRule> }) {
  const t = useText();
  return (
    <>
      <h1 className="visually-hidden">{t("place.rule_edit")}</h1>
      {detail.isError ? (
        <FaultView error={detail.error} onRetry={() => void detail.refetch()} />
      ) : (
        <Skeleton lines={12} />
      )}
    </>
  );
}

function CopyOf({ id }: { id: string }) {
  const original = useRule(id);
  const [text, setText] = useState<string>();
  if (original.data === undefined) return <Waiting detail={original} />;
  if (text === undefined) {
    setText(ownCopy(original.data.text, original.data.rule.id));
    return null;
  }
  return <Fresh text={text} />;
}

function Fresh({ text }: { text: string }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const onSaved = (detail: RuleDetail) => {
    client.setQueryData(ruleKey(detail.rule.id), detail);
    void navigate({ to: "/rules/$id/edit", params: { id: detail.rule.id }, replace: true });
  };
  return <EditorDesk initial={text} saved={undefined} onSaved={onSaved} />;
}

function FromTemplate() {
  const { user } = useSession();
  const [text] = useState(() => ruleTemplate("detection", { name: user.displayName, today: new Date() }));
  return <Fresh text={text} />;
}

/** A rule of one's own, from nothing or from somebody else's. */
export function NewRule() {
  const may = useMay();
  const { from } = useSearch({ from: "/rules/new" });
  if (!may("rules.write")) return <Forbidden />;
  return from === undefined ? <FromTemplate /> : <CopyOf key={from} id={from} />;
}

export function EditRule() {
  const t = useText();
  const may = useMay();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { id } = useParams({ from: "/rules/$id/edit" });
  const detail = useRule(id);
  if (!may("rules.write")) return <Forbidden />;
  if (detail.data === undefined) return <Waiting detail={detail} />;
  if (!detail.data.editable) {
    return (
      <>
        <h1 className="visually-hidden">{t("place.rule_edit")}</h1>
        <Empty
          title={t("editor.not_own.title")}
          action={
            <div className="row">
              <Button kind="primary" onClick={() => void navigate({ to: "/rules/new", search: { from: id } })}>
                {t("rule.copy_as_own")}
              </Button>
              <Link to="/rules/$id" params={{ id }} search={{}}>
                {t("rule.open_page")}
              </Link>
            </div>
          }
        >
          {t("editor.not_own.body")}
        </Empty>
      </>
    );
  }
  return (
    <EditorDesk
      key={id}
      initial={detail.data.text}
      saved={detail.data}
      onSaved={(next) => client.setQueryData(ruleKey(id), next)}
    />
  );
}
