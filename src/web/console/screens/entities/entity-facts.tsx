import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { When } from "../../../kit/when.tsx";
import type { Entity } from "../../api/investigation-types.ts";

/** Everything here is of the range looked at; the labels say so. */
export function EntityFacts({ page }: { page: Entity }) {
  const t = useText();
  const format = useFormat();
  const sensors = new Set(page.sources.map(({ sensor }) => sensor)).size;
  return (
    <dl className="facts" data-testid="entity-facts">
      <div>
        <dt>{t("entity_page.first_seen")}</dt>
        <dd>{page.firstSeen === null ? "—" : <When at={page.firstSeen} as="exact" />}</dd>
      </div>
      <div>
        <dt>{t("entity_page.last_seen")}</dt>
        <dd>{page.lastSeen === null ? "—" : <When at={page.lastSeen} as="both" />}</dd>
      </div>
      <div>
        <dt>{t("entity_page.events")}</dt>
        <dd>{format.number(page.events)}</dd>
      </div>
      <div>
        <dt>{t("entity_page.days")}</dt>
        <dd>{format.number(page.days.length)}</dd>
      </div>
      <div>
        <dt>{t("entity_page.sensors")}</dt>
        <dd>{format.number(sensors)}</dd>
      </div>
    </dl>
  );
}
