import "./entities.css";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { CopyButton } from "../../../kit/copy-button.tsx";
import { Empty } from "../../../kit/empty.tsx";
import { Icon } from "../../../kit/icon.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { api } from "../../api/client.ts";
import type { Entity } from "../../api/investigation-types.ts";
import { useMay } from "../../api/session.ts";
import { FaultView } from "../../fault-view.tsx";
import { ENTITY_KINDS, type EntityKind, type EntityRef } from "../../values/entities.ts";
import { term } from "../../values/terms.ts";
import { RangePicker } from "../hunt/range-picker.tsx";
import type { Span } from "../hunt/search.ts";
import { EntityAlerts } from "./entity-alerts.tsx";
import { EntityChart } from "./entity-chart.tsx";
import { EntityFacts } from "./entity-facts.tsx";
import { EntitySources } from "./entity-sources.tsx";
import { Neighbours } from "./neighbours.tsx";
import { RecentEvents } from "./recent-events.tsx";
import { ENTITY_RANGE, type EntitySearch } from "./search.ts";
import { useSpan } from "./use-span.ts";

function useEntity({ kind, value }: EntityRef, span: Span) {
  return useQuery({
    queryKey: ["entity", kind, value, span],
    queryFn: ({ signal }) => api.get<Entity>(`/entities/${kind}/${encodeURIComponent(value)}`, { ...span }, signal),
    retry: false,
  });
}

/** Other views of the same thing. */
function Ways({ entity, span, search }: { entity: EntityRef; span: Span; search: EntitySearch }) {
  const t = useText();
  const { kind, value } = entity;
  const range = search.from === undefined ? { range: search.range ?? ENTITY_RANGE } : span;
  return (
    <div className="row wrap actions">
      <Link to="/hunt" search={{ q: term(kind, value), ...range }} className="button" data-testid="entity-hunt">
        <Icon name="hunt" />
        {t("entity_page.hunt")}
      </Link>
      {kind === "host" && (
        <Link to="/process-tree" search={{ host: value, ...range }} className="button" data-testid="entity-tree">
          <Icon name="tree" />
          {t("tree.title")}
        </Link>
      )}
      {(kind === "host" || kind === "user" || kind === "ip") && (
        <Link to="/sessions" search={{ [kind]: value, ...range }} className="button" data-testid="entity-sessions">
          <Icon name="session" />
          {t("sessions.title")}
        </Link>
      )}
    </div>
  );
}

interface BodyProps {
  readonly entity: EntityRef;
  readonly span: Span;
  readonly onChange: (part: EntitySearch) => void;
}

function EntityBody({ entity, span, onChange }: BodyProps) {
  const t = useText();
  const may = useMay();
  const page = useEntity(entity, span);
  if (page.isPending) return <Skeleton lines={12} />;
  if (page.isError) return <FaultView error={page.error} onRetry={() => void page.refetch()} />;
  const { data } = page;
  return (
    <>
      <EntityFacts page={data} />
      {data.events === 0 ? (
        <Empty
          title={t("entity_page.none.title")}
          action={
            <div className="row wrap">
              <button
                type="button"
                className="button"
                onClick={() => onChange({ range: "30d", from: undefined, to: undefined })}
              >
                {t("hunt.none.do")}
              </button>
              <Link
                to="/hunt"
                search={{ q: `"${entity.value.replaceAll('"', '""')}"`, range: "30d" }}
                className="button"
              >
                {t("entity_page.none.text")}
              </Link>
            </div>
          }
        >
          {t("entity_page.none.body")}
        </Empty>
      ) : (
        <EntityChart
          entity={entity}
          span={span}
          onBrush={(from, to) =>
            onChange({ from: new Date(from).toISOString(), to: new Date(to).toISOString(), range: undefined })
          }
        />
      )}
      <div className="entity-columns">
        <div className="stack entity-main">
          {may("alerts.read") && <EntityAlerts entity={entity} span={span} />}
          {data.events > 0 && <RecentEvents entity={entity} page={data} span={span} />}
        </div>
        {data.events > 0 && (
          <div className="stack entity-side">
            <Neighbours page={data} />
            <EntitySources page={data} />
          </div>
        )}
      </div>
      <p className="quiet small entity-limits">{t("entity_page.limits")}</p>
    </>
  );
}

export function EntityScreen() {
  const t = useText();
  const navigate = useNavigate();
  const { kind, value } = useParams({ from: "/entities/$kind/$value" });
  const search = useSearch({ from: "/entities/$kind/$value" });
  const span = useSpan(search, ENTITY_RANGE);
  const known = ENTITY_KINDS.find((each) => each === kind);
  const change = (part: EntitySearch) =>
    void navigate({
      to: "/entities/$kind/$value",
      params: { kind, value },
      search: (now) => ({ ...now, ...part }),
    });
  if (known === undefined) {
    return (
      <>
        <h1 className="visually-hidden">{t("place.entity")}</h1>
        <Empty title={t("entity_page.kind.title")} action={<Link to="/hunt">{t("place.hunt")}</Link>}>
          {t("entity_page.kind.body")}
        </Empty>
      </>
    );
  }
  const entity: EntityRef & { readonly kind: EntityKind } = { kind: known, value };
  return (
    <div className="entity-page" data-testid="entity-page">
      <header className="entity-head">
        <div className="row wrap">
          <span className="tag">{t(`entity.${known}`)}</span>
          <h1 className="grow">
            <RawText text={value} />
            <CopyButton text={value} iconOnly />
          </h1>
          <RangePicker search={{ ...search, range: search.range ?? ENTITY_RANGE }} span={span} onChange={change} />
        </div>
        <Ways entity={entity} span={span} search={search} />
      </header>
      <EntityBody key={`${known}:${value}`} entity={entity} span={span} onChange={change} />
    </div>
  );
}
