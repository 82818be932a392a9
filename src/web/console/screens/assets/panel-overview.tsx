import { useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { Table } from "../../../kit/table.tsx";
import { When } from "../../../kit/when.tsx";
import type { AssetPage } from "../../api/asset-types.ts";
import { CriticalityMark, StateTag } from "./marks.tsx";

const FACTS = ["owner", "operator", "zone", "sector", "purpose", "notes"] as const;

function Children({ page, onOpen }: { page: AssetPage; onOpen: (id: string) => void }) {
  const t = useText();
  if (page.children.length === 0) return null;
  return (
    <section>
      <h3 className="section-head">{t("assets.children")}</h3>
      <ul className="asset-children" data-testid="asset-children">
        {page.children.map((child) => (
          <li key={child.id} className="row">
            <button type="button" className="text-button grow truncate" onClick={() => onOpen(child.id)}>
              <SafeText text={child.name} />
            </button>
            <StateTag system={child} />
            <CriticalityMark of={child.criticality} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Who owned and who operated it, the present first. */
function Ownership({ page }: { page: AssetPage }) {
  const t = useText();
  const periods = page.ownership.toReversed().filter(({ owner, operator }) => owner !== null || operator !== null);
  if (periods.length === 0) return null;
  return (
    <section>
      <h3 className="section-head">{t("assets.ownership")}</h3>
      <Table
        label={t("assets.ownership")}
        rows={periods}
        rowKey={({ from }, at) => `${from} ${at}`}
        columns={[
          { id: "owner", header: t("assets.field.owner"), render: ({ owner }) => <SafeText text={owner ?? "–"} /> },
          {
            id: "operator",
            header: t("assets.field.operator"),
            render: ({ operator }) => <SafeText text={operator ?? "–"} />,
          },
          { id: "from", header: t("assets.from"), render: ({ from }) => <When at={from} /> },
          {
            id: "to",
            header: t("assets.to"),
            render: ({ to }) => (to === null ? t("assets.until_now") : <When at={to} />),
          },
        ]}
      />
    </section>
  );
}

export function PanelOverview({ page, onOpen }: { page: AssetPage; onOpen: (id: string) => void }) {
  const t = useText();
  const { system } = page;
  const known = FACTS.filter((field) => system[field] !== null);
  return (
    <div className="stack" data-testid="asset-overview">
      {known.length === 0 ? (
        <p className="quiet">{t("assets.no_facts")}</p>
      ) : (
        <dl className="asset-facts">
          {known.map((field) => (
            <div key={field}>
              <dt>{t(`assets.field.${field}`)}</dt>
              <dd>
                <SafeText text={system[field] ?? ""} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      <Children page={page} onOpen={onOpen} />
      <Ownership page={page} />
    </div>
  );
}
