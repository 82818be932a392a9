import "./sessions.css";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useRef, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { DataGrid } from "../../../kit/data-grid.tsx";
import { Empty } from "../../../kit/empty.tsx";
import { SelectField, TextField } from "../../../kit/field.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { Split } from "../../../kit/split.tsx";
import { api } from "../../api/client.ts";
import type { LogOn, SessionList } from "../../api/investigation-types.ts";
import { FaultView } from "../../fault-view.tsx";
import { usePanelCursor } from "../../panel-cursor.ts";
import { Value } from "../../values/value-menu.tsx";
import { useSpan } from "../entities/use-span.ts";
import { RangePicker } from "../hunt/range-picker.tsx";
import { askedOf, SESSION_KINDS, SESSION_RANGE, type SessionKind, type SessionSearch } from "./search.ts";
import { lasted, useSessionColumns, wayIn } from "./session-columns.tsx";
import { SessionPanel } from "./session-panel.tsx";

function NarrowLogOn({ logOn }: { logOn: LogOn }) {
  const t = useText();
  const format = useFormat();
  return (
    <>
      <div>
        <span className="truncate grow">
          <RawText text={logOn.user ?? "—"} />
        </span>
        <span className="truncate">
          <RawText text={logOn.host} />
        </span>
      </div>
      <div className="small quiet">
        <span>{format.exact(new Date(logOn.openedAt))}</span>
        <span className="grow truncate">{wayIn(logOn, t)}</span>
        <span>{lasted(logOn, format)}</span>
      </div>
    </>
  );
}

function WhoseSessions() {
  const t = useText();
  const navigate = useNavigate();
  const [kind, setKind] = useState<SessionKind>("user");
  const [value, setValue] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (value.trim() !== "") void navigate({ to: "/sessions", search: { [kind]: value.trim() } });
  };
  return (
    <form className="session-whose stack" onSubmit={submit}>
      <h2>{t("sessions.whose.title")}</h2>
      <p className="quiet">{t("sessions.whose.body")}</p>
      <SelectField
        label={t("sessions.whose.kind")}
        value={kind}
        onChange={(event) => setKind(event.target.value as SessionKind)}
      >
        {SESSION_KINDS.map((each) => (
          <option key={each} value={each}>
            {t(`entity.${each}`)}
          </option>
        ))}
      </SelectField>
      <TextField
        label={t("sessions.whose.value")}
        value={value}
        onChange={(event) => setValue(event.target.value)}
        required
      />
      <div>
        <Button kind="primary" type="submit">
          {t("sessions.whose.do")}
        </Button>
      </div>
    </form>
  );
}

interface ListProps {
  readonly kind: SessionKind;
  readonly value: string;
  readonly span: { readonly from: string; readonly to: string };
  readonly opened: string | undefined;
  readonly onOpen: (event: string | undefined, replace: boolean) => void;
}

function SessionRows({ kind, value, span, opened, onOpen }: ListProps) {
  const t = useText();
  const format = useFormat();
  const none = useRef<HTMLInputElement>(null);
  const columns = useSessionColumns(kind, opened !== undefined);
  const list = useQuery({
    queryKey: ["sessions", kind, value, span],
    queryFn: ({ signal }) =>
      api.get<SessionList>(`/entities/${kind}/${encodeURIComponent(value)}/sessions`, { ...span }, signal),
    retry: false,
  });
  const items = list.data?.items ?? [];
  const cursor = usePanelCursor({
    keys: items.map(({ eventId }) => eventId),
    opened,
    open: onOpen,
    filterInput: none,
  });
  return (
    <div className="grid" data-testid="session-list">
      {list.isPending && <Skeleton />}
      {list.isError && <FaultView error={list.error} onRetry={() => void list.refetch()} />}
      {list.isSuccess && items.length === 0 && (
        <Empty title={t("sessions.none.title")}>{t("sessions.none.body")}</Empty>
      )}
      {items.length > 0 && (
        <DataGrid<LogOn>
          label={t("sessions.title")}
          columns={columns}
          rows={items}
          rowKey={({ eventId }) => eventId}
          rowTestId="session-row"
          current={cursor.current}
          onCurrent={cursor.move}
          onOpen={(event) => onOpen(event, opened !== undefined)}
          narrow={(logOn) => <NarrowLogOn logOn={logOn} />}
          {...(list.data?.truncated === true ? {} : { total: items.length })}
        />
      )}
      {list.data !== undefined && (
        <p className="quiet small session-limits">
          {list.data.truncated && `${t("sessions.cut", { n: format.number(items.length) })} `}
          {t("sessions.limits")}
        </p>
      )}
    </div>
  );
}

export function Sessions() {
  const t = useText();
  const navigate = useNavigate();
  const search = useSearch({ from: "/sessions" });
  const span = useSpan(search, SESSION_RANGE);
  const asked = askedOf(search);
  const { event } = search;
  const change = (part: SessionSearch, replace = false) =>
    void navigate({ to: "/sessions", search: (now) => ({ ...now, ...part }), replace });
  return (
    <div className="session-page">
      <header className="session-top row wrap">
        <h1>{t(asked === undefined && event !== undefined ? "sessions.one" : "sessions.title")}</h1>
        {asked !== undefined && <Value field={asked.kind} value={asked.value} />}
        {asked !== undefined && (
          <Link
            to="/entities/$kind/$value"
            params={{ kind: asked.kind, value: asked.value }}
            search={{}}
            className="small"
          >
            {t("sessions.entity")}
          </Link>
        )}
        <span className="grow" />
        {asked !== undefined && (
          <RangePicker search={{ ...search, range: search.range ?? SESSION_RANGE }} span={span} onChange={change} />
        )}
      </header>
      {asked === undefined && event === undefined && <WhoseSessions />}
      {asked === undefined && event !== undefined && <SessionPanel key={event} event={event} onClose={undefined} />}
      {asked !== undefined && (
        <Split
          name="sessions"
          list={
            <SessionRows
              kind={asked.kind}
              value={asked.value}
              span={span}
              opened={event}
              onOpen={(next, replace) => change({ event: next }, replace)}
            />
          }
          panel={
            event === undefined ? undefined : (
              <SessionPanel key={event} event={event} onClose={() => change({ event: undefined })} />
            )
          }
        />
      )}
    </div>
  );
}
