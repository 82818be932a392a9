import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Button, IconButton } from "../../../kit/button.tsx";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { Menu, MenuItem } from "../../../kit/menu.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { SeverityMark } from "../../../kit/severity.tsx";
import { When } from "../../../kit/when.tsx";
import type { CasePage } from "../../api/case-types.ts";
import { address, api } from "../../api/client.ts";
import { download } from "../../download.ts";
import { EditCaseDialog, FormDialog, Reason, StageDialog } from "./case-dialogs.tsx";
import { MergeDialog } from "./merge-dialog.tsx";
import type { TabProps } from "./part-row.tsx";
import { AccessDialog, PeopleDialog } from "./people-dialogs.tsx";
import { casePath } from "./use-cases.ts";
import { kindText, stageText, TlpMark } from "./words.tsx";

type Asking = "edit" | "stage" | "people" | "access" | "merge";

function Facts({ page }: { page: CasePage }) {
  const t = useText();
  const names = (people: CasePage["deputies"]) => people.map(({ name }) => name).join(", ");
  const rows: [string, React.ReactNode][] = [
    [t("case.lead"), page.lead?.name ?? t("case.lead.none")],
    ...(page.deputies.length > 0 ? [[t("case.deputies"), names(page.deputies)] as [string, string]] : []),
    [t("case.kind"), kindText(page.kind, t)],
    [t("case.opened"), <When key="at" at={page.createdAt} as="both" />],
    ...(page.origin === null
      ? []
      : [
          [
            t("case.origin"),
            <SafeText key="origin" text={`${page.origin.reporter} · ${t(`case.channel.${page.origin.channel}`)}`} />,
          ] as [string, React.ReactNode],
        ]),
    ...(page.tags.length > 0 ? [[t("case.tags"), page.tags.join(", ")] as [string, string]] : []),
  ];
  return (
    <dl className="facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Notices({ page, writing }: TabProps) {
  const t = useText();
  const language = useLanguage();
  const [apart, setApart] = useState<string>();
  return (
    <>
      {page.restricted && (
        <div className="notice case-restricted" data-testid="restricted-banner">
          <p>
            <strong>{t("case.restricted")}</strong> · {t("case.restricted.known_to")}{" "}
            <bdi>{page.members.map(({ name }) => name).join(", ")}</bdi>
          </p>
        </div>
      )}
      {page.exerciseId !== null && (
        <div className="notice hatched" data-testid="case-exercise">
          <strong>{t("case.exercise")}</strong>
        </div>
      )}
      {page.mergedInto !== null && (
        <div className="notice">
          <p>
            {t("case.merged_into")}{" "}
            <Link to="/cases/$id" params={{ id: page.mergedInto }} search={{}}>
              {page.mergedIntoNumber ?? t("case.open")}
            </Link>
          </p>
        </div>
      )}
      {page.mergedFrom.map(({ id, number, title }) => (
        <div key={id} className="notice row">
          <p className="grow">
            {t("case.merged_from")}{" "}
            <Link to="/cases/$id" params={{ id }} search={{}}>
              {number}
            </Link>{" "}
            <SafeText text={title} />
          </p>
          {page.may.write && (
            <Button kind="plain" onClick={() => setApart(id)} data-testid="case-unmerge">
              {t("case.unmerge")}
            </Button>
          )}
        </div>
      ))}
      {page.closingSummary !== null && (
        <div className="notice">
          <p className="case-summary">
            <strong>{stageText(page, t)}</strong> · <SafeText text={page.closingSummary} />
          </p>
        </div>
      )}
      {page.guidance !== null && page.stage !== "closed" && (
        <details className="case-guidance no-print">
          <summary>{t("case.guidance")}</summary>
          <p>{page.guidance[language]}</p>
        </details>
      )}
      {apart !== undefined && (
        <UnmergeDialog page={page} writing={writing} from={apart} onClose={() => setApart(undefined)} />
      )}
    </>
  );
}

function UnmergeDialog({ page, writing, from, onClose }: TabProps & { from: string; onClose: () => void }) {
  const t = useText();
  const [reason, setReason] = useState("");
  return (
    <FormDialog
      page={page}
      writing={writing}
      onClose={onClose}
      title={t("case.unmerge")}
      testId="unmerge-case"
      submit={t("case.unmerge")}
      ready={reason.trim() !== ""}
      work={({ version }) => api.post(`${casePath(page.id)}/merged/${from}/removal`, { version, reason })}
    >
      <p className="quiet">{t("case.unmerge.means")}</p>
      <Reason value={reason} onChange={setReason} required />
    </FormDialog>
  );
}

/** What the case is, who leads it, and what can be done with it. */
export function CaseHead({ page, writing }: TabProps) {
  const t = useText();
  const language = useLanguage();
  const [asking, setAsking] = useState<Asking>();
  const { may } = page;
  const mayMove = may.write || (page.stage === "closed" && may.close);
  const dialog = { page, writing, onClose: () => setAsking(undefined) };
  const watch = () =>
    void writing.attempt(page, () => api.put(`${casePath(page.id)}/watching`, { watching: !page.watching }));
  return (
    <header className="case-head">
      <div className="row wrap">
        <SeverityMark level={page.severity} />
        <span className="quiet num" data-testid="case-number">
          {page.number}
        </span>
        <TlpMark tlp={page.tlp} />
        {page.held && <span className="tag">{t("case.held")}</span>}
        <span className="grow" />
        <div className="row wrap no-print">
          {mayMove && (
            <Button kind="primary" onClick={() => setAsking("stage")} data-testid="case-stage">
              {t(page.stage === "closed" ? "case.reopen" : "case.stage.change")}
            </Button>
          )}
          {may.write && (
            <>
              <Button onClick={() => setAsking("edit")} data-testid="case-edit">
                {t("case.edit")}
              </Button>
              <Button icon="person" onClick={() => setAsking("people")} data-testid="case-people">
                {t("case.people")}
              </Button>
              <Button icon="eye" aria-pressed={page.watching} onClick={watch} data-testid="case-watch">
                {t(page.watching ? "case.unwatch" : "case.watch")}
              </Button>
            </>
          )}
          <Menu align="end" trigger={<IconButton icon="menu" label={t("case.more")} data-testid="case-more" />}>
            <MenuItem icon="print" onSelect={() => window.print()}>
              {t("case.print")}
            </MenuItem>
            {(["pdf", "docx", "json"] as const).map((format) => (
              <MenuItem
                key={format}
                icon="download"
                onSelect={() => download(address(`${casePath(page.id)}/report`, { format, language }))}
                testId={`case-report-${format}`}
              >
                {t(`case.report.${format}`)}
              </MenuItem>
            ))}
            {may.write && (
              <MenuItem icon="group" onSelect={() => setAsking("merge")} testId="case-merge">
                {t("case.merge")}
              </MenuItem>
            )}
            {may.lead && (
              <MenuItem icon="lock" onSelect={() => setAsking("access")} testId="case-access">
                {t("case.access")}
              </MenuItem>
            )}
          </Menu>
        </div>
      </div>
      <h1>
        <SafeText text={page.title} />
      </h1>
      {page.summary !== "" && (
        <p className="case-summary">
          <SafeText text={page.summary} />
        </p>
      )}
      <Facts page={page} />
      <Notices page={page} writing={writing} />
      {asking === "edit" && <EditCaseDialog {...dialog} />}
      {asking === "stage" && <StageDialog {...dialog} />}
      {asking === "people" && <PeopleDialog {...dialog} />}
      {asking === "access" && <AccessDialog {...dialog} />}
      {asking === "merge" && <MergeDialog {...dialog} />}
    </header>
  );
}
