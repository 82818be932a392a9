import "./people.css";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo, useRef, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { type Column, DataGrid } from "../../../kit/data-grid.tsx";
import { Empty } from "../../../kit/empty.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import type { Roster, RosterPerson } from "../../api/people-types.ts";
import { useMay } from "../../api/session.ts";
import { FaultView } from "../../fault-view.tsx";
import { PEOPLE_TABS } from "../../frame/places.ts";
import { useKeys } from "../../keys/use-keys.ts";
import { PageTabs } from "../../page-tabs.tsx";
import { TextFilter } from "../alerts/filter-bar.tsx";
import { ImportDialog } from "./import-dialog.tsx";
import { PersonDialog } from "./person-dialog.tsx";
import { useRoster } from "./use-people.ts";

const keyOf = (person: RosterPerson) => person.id;

function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[đĐ]/gu, "d").toLowerCase();
}

function useRoleText(profiles: Roster["profiles"]) {
  const language = useLanguage();
  return useCallback(
    (ids: readonly string[]) => ids.map((id) => profiles.find((one) => one.id === id)?.[language] ?? id).join(", "),
    [profiles, language],
  );
}

function useColumns(profiles: Roster["profiles"]): Column<RosterPerson>[] {
  const t = useText();
  const roleText = useRoleText(profiles);
  return useMemo(
    () => [
      {
        id: "name",
        header: t("people.name"),
        width: "minmax(180px, 2fr)",
        render: (one) => (
          <span className="truncate">
            <SafeText text={one.name} />
            {one.archived && <span className="quiet"> · {t("people.archived")}</span>}
          </span>
        ),
      },
      {
        id: "unit",
        header: t("people.unit"),
        width: "minmax(140px, 1fr)",
        render: (one) => (
          <span className="truncate">
            <SafeText text={one.unit} />
          </span>
        ),
      },
      {
        id: "roles",
        header: t("people.roles"),
        width: "minmax(180px, 2fr)",
        render: (one) => <span className="truncate">{roleText(one.roles)}</span>,
      },
      { id: "tier", header: t("people.tier"), width: "56px", numeric: true, render: ({ tier }) => tier ?? "" },
      { id: "phone", header: t("people.phone"), width: "132px", render: ({ phone }) => phone ?? <Nothing /> },
      {
        id: "mail",
        header: t("people.mail"),
        width: "minmax(150px, 1fr)",
        render: ({ mail }) => (mail === null ? <Nothing /> : <span className="truncate">{mail}</span>),
      },
      {
        id: "account",
        header: t("people.account"),
        width: "96px",
        render: ({ userId }) => (userId === null ? <Nothing /> : t("people.has_account")),
      },
    ],
    [t, roleText],
  );
}

function Nothing() {
  return <span className="quiet">—</span>;
}

function Narrow({ person, profiles }: { person: RosterPerson; profiles: Roster["profiles"] }) {
  const t = useText();
  const roleText = useRoleText(profiles);
  return (
    <>
      <div>
        <span className="truncate grow">
          <SafeText text={person.name} />
        </span>
        {person.tier !== null && <span className="quiet">{t("people.tier_n", { n: person.tier })}</span>}
      </div>
      <div className="small quiet">
        <span className="truncate grow">{roleText(person.roles) || person.unit}</span>
      </div>
    </>
  );
}

type Asking = "new" | "import" | RosterPerson;

/** Who is there, with what role, and how they are reached. */
export function RosterPage() {
  const t = useText();
  const format = useFormat();
  const may = useMay()("people.write");
  const navigate = useNavigate();
  const { q = "" } = useSearch({ from: "/people" });
  const roster = useRoster();
  const profiles = roster.data?.profiles ?? [];
  const columns = useColumns(profiles);
  const filterInput = useRef<HTMLInputElement>(null);
  const [current, setCurrent] = useState<string>();
  const [asking, setAsking] = useState<Asking>();
  const all = roster.data?.items ?? [];
  const rows = all.filter(({ name, unit }) => fold(`${name} ${unit}`).includes(fold(q)));
  const open = (id: string | undefined) => may && setAsking(rows.find((row) => row.id === id));
  const step = (by: 1 | -1) => {
    const at = rows.findIndex((row) => row.id === current);
    setCurrent(rows[at < 0 ? 0 : Math.max(0, Math.min(rows.length - 1, at + by))]?.id);
  };
  useKeys({
    next: () => step(1),
    previous: () => step(-1),
    open: () => open(current),
    filter: () => filterInput.current?.focus(),
  });
  const typed = useCallback(
    (text: string | undefined) =>
      void navigate({ to: "/people", search: text === undefined ? {} : { q: text }, replace: true }),
    [navigate],
  );
  const add = may && (
    <>
      <Button icon="download" onClick={() => setAsking("import")} data-testid="roster-import">
        {t("people.import")}
      </Button>
      <Button kind="primary" icon="plus" onClick={() => setAsking("new")} data-testid="person-new">
        {t("people.new")}
      </Button>
    </>
  );
  return (
    <>
      <PageTabs tabs={PEOPLE_TABS} label={t("place.people")} />
      <div className="page-head">
        <h1 className="visually-hidden">{t("place.people")}</h1>
        <TextFilter value={q} label={t("people.filter")} onChange={typed} inputRef={filterInput} />
        <span className="grow" />
        {all.length > 0 && add}
      </div>
      <div className="grid" data-testid="roster">
        {roster.isPending && <Skeleton lines={10} />}
        {roster.isError && <FaultView error={roster.error} onRetry={() => void roster.refetch()} />}
        {roster.isSuccess && rows.length === 0 && (
          <Empty
            title={t(all.length === 0 ? "people.none.title" : "people.none.filtered")}
            action={all.length === 0 && <div className="row">{add}</div>}
          >
            {t("people.none.body")}
          </Empty>
        )}
        {rows.length > 0 && (
          <>
            <DataGrid
              label={t("place.people")}
              columns={columns}
              rows={rows}
              rowKey={keyOf}
              rowTestId="person-row"
              current={current}
              onCurrent={setCurrent}
              onOpen={open}
              narrow={(one) => <Narrow person={one} profiles={profiles} />}
            />
            <div className="grid-foot">{t("people.total", { n: rows.length, count: format.number(rows.length) })}</div>
          </>
        )}
      </div>
      {asking === "import" && <ImportDialog onClose={() => setAsking(undefined)} />}
      {asking !== undefined && asking !== "import" && (
        <PersonDialog
          {...(asking === "new" ? {} : { known: asking })}
          profiles={profiles}
          onClose={() => setAsking(undefined)}
        />
      )}
    </>
  );
}
