import "./exception.css";
import { useState } from "react";
import { Button } from "../../../../kit/button.tsx";
import { Dialog } from "../../../../kit/dialog.tsx";
import { Empty } from "../../../../kit/empty.tsx";
import { TextField } from "../../../../kit/field.tsx";
import { useFormat } from "../../../../kit/i18n/format.ts";
import { type Text, useText } from "../../../../kit/i18n/text.tsx";
import { RawText, SafeText } from "../../../../kit/raw-text.tsx";
import { Skeleton } from "../../../../kit/skeleton.tsx";
import { Table, type TableColumn } from "../../../../kit/table.tsx";
import { When } from "../../../../kit/when.tsx";
import type { RuleException } from "../../../api/rule-types.ts";
import { useMay } from "../../../api/session.ts";
import { FaultView } from "../../../fault-view.tsx";
import { FormDialog } from "../../../form-dialog.tsx";
import { DEFAULT_DAYS, dayOf } from "./exception-form.ts";
import { useEndException, useExceptions, useExtendException } from "./use-exceptions.ts";

const DAY_MS = 86_400_000;

function EndDialog({ exception, onClose }: { exception: RuleException; onClose: () => void }) {
  const t = useText();
  const end = useEndException(onClose);
  return (
    <Dialog title={t("exception.end")} onClose={onClose} testId="end-dialog">
      <div className="dialog-body stack">
        <p>{t("exception.end.body", { title: exception.title })}</p>
        {end.isError && <FaultView error={end.error} />}
      </div>
      <div className="dialog-foot">
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button
          kind="danger"
          disabled={end.isPending}
          onClick={() => end.mutate(exception.id)}
          data-testid="end-submit"
        >
          {t("exception.end")}
        </Button>
      </div>
    </Dialog>
  );
}

function ExtendDialog({ exception, onClose }: { exception: RuleException; onClose: () => void }) {
  const t = useText();
  const extend = useExtendException(onClose);
  const from = Math.max(Date.now(), exception.until === null ? 0 : Date.parse(exception.until));
  const [day, setDay] = useState(dayOf(new Date(from + DEFAULT_DAYS * DAY_MS)));
  const submit = () => {
    extend.mutate({ id: exception.id, until: new Date(`${day}T23:59:59`).toISOString() });
  };
  return (
    <FormDialog
      title={t("exception.extend")}
      onClose={onClose}
      testId="extend-dialog"
      onSubmit={submit}
      work={extend}
      submit={t("exception.extend")}
      submitTestId="extend-submit"
    >
      <p className="quiet">
        <SafeText text={exception.title} />
      </p>
      <TextField
        label={t("exception.until")}
        type="date"
        required
        min={dayOf(new Date())}
        value={day}
        onChange={(event) => setDay(event.target.value)}
      />
    </FormDialog>
  );
}

function conditionText({ tests, text }: RuleException, t: Text): string {
  if (tests === null) return text;
  return tests.map(({ field, op, values }) => `${field} ${t(`exception.op.${op}`)} ${values.join(" | ")}`).join("\n");
}

type Asked = { readonly what: "end" | "extend"; readonly exception: RuleException };

function useActions(ask: (asked: Asked) => void): TableColumn<RuleException> {
  const t = useText();
  return {
    id: "do",
    header: t("imports.actions"),
    silentHeader: true,
    render: (exception) =>
      exception.state === "ended" ? null : (
        <div className="row">
          <Button onClick={() => ask({ what: "extend", exception })} data-testid="exception-extend">
            {t("exception.extend")}
          </Button>
          {exception.state !== "expired" && (
            <Button kind="plain" onClick={() => ask({ what: "end", exception })} data-testid="exception-end">
              {t("exception.end")}
            </Button>
          )}
        </div>
      ),
  };
}

function useColumns(mayWrite: boolean, ask: (asked: Asked) => void): TableColumn<RuleException>[] {
  const t = useText();
  const actions = useActions(ask);
  const format = useFormat();
  return [
    {
      id: "title",
      header: t("exception.title"),
      names: true,
      className: "exception-name",
      render: (exception) => (
        <>
          <SafeText text={exception.title} />
          <div className="quiet small">
            <SafeText text={exception.reason} />
          </div>
          <details>
            <summary className="small">{t("exception.condition")}</summary>
            <RawText text={conditionText(exception, t)} block />
          </details>
          {exception.problems.map((problem) => (
            <div key={problem.code} className="bad-text small">
              <SafeText text={problem.message} />
            </div>
          ))}
        </>
      ),
    },
    {
      id: "state",
      header: t("rule.state"),
      render: (exception) => (
        <span className={exception.state === "active" ? "tag holds" : "tag"}>
          {t(`exception.state.${exception.state}`)}
        </span>
      ),
    },
    { id: "owner", header: t("exception.owner"), render: (exception) => <bdi>{exception.owner}</bdi> },
    {
      id: "until",
      header: t("exception.until"),
      render: (exception) =>
        exception.until === null ? t("exception.no_end") : format.date(new Date(exception.until)),
    },
    {
      id: "hidden",
      header: t("exception.hidden"),
      numeric: true,
      render: (exception) => format.number(exception.hidden),
    },
    {
      id: "last",
      header: t("exception.last_hidden"),
      render: (exception) => (exception.lastHiddenAt === null ? "—" : <When at={exception.lastHiddenAt} />),
    },
    ...(mayWrite ? [actions] : []),
  ];
}

/** Who hides what, why and until when; ended and expired ones stay readable. */
export function ExceptionTable({ ruleId }: { ruleId: string }) {
  const t = useText();
  const may = useMay();
  const [asked, setAsked] = useState<Asked>();
  const exceptions = useExceptions(ruleId);
  const columns = useColumns(may("rules.write"), setAsked);
  if (exceptions.isPending) return <Skeleton lines={3} />;
  if (exceptions.isError) return <FaultView error={exceptions.error} onRetry={() => void exceptions.refetch()} />;
  const { items } = exceptions.data;
  const close = () => setAsked(undefined);
  if (items.length === 0) return <Empty title={t("exception.none.title")}>{t("exception.none.body")}</Empty>;
  return (
    <>
      <Table
        label={t("exception.list")}
        columns={columns}
        rows={items}
        rowKey={(exception) => exception.id}
        rowClass={(exception) => (exception.state === "active" ? undefined : "quiet")}
        testId="exception-list"
        rowTestId="exception-row"
      />
      {asked?.what === "end" && <EndDialog exception={asked.exception} onClose={close} />}
      {asked?.what === "extend" && <ExtendDialog exception={asked.exception} onClose={close} />}
    </>
  );
}
