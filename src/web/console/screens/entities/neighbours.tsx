import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import type { Entity } from "../../api/investigation-types.ts";
import { entityKindText } from "../alerts/columns.tsx";
import { Value } from "../../values/value-menu.tsx";

/** What stands in the same events, by kind, most often first. */
export function Neighbours({ page }: { page: Entity }) {
  const t = useText();
  const format = useFormat();
  const groups = page.neighbours.filter(({ values }) => values.length > 0);
  return (
    <section data-testid="neighbours">
      <h2 className="section-head">{t("entity_page.neighbours")}</h2>
      {groups.length === 0 && <p className="quiet">{t("entity_page.neighbours.none")}</p>}
      {groups.map(({ kind, values }) => (
        <div key={kind} className="neighbour-group">
          <h3 className="small quiet">{entityKindText(kind, t)}</h3>
          <ul>
            {values.map((near) => (
              <li key={near.value} data-testid="neighbour">
                <div className="row">
                  <span className="truncate grow">
                    <Value field={kind} value={near.value} />
                  </span>
                  <span className="quiet num">{format.number(near.count)}</span>
                </div>
                <meter min={0} max={values[0]?.count ?? 1} value={near.count} aria-label={t("hunt.share")} />
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}
