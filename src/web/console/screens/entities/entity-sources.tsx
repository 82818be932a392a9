import { Link } from "@tanstack/react-router";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { Table } from "../../../kit/table.tsx";
import { When } from "../../../kit/when.tsx";
import type { Entity } from "../../api/investigation-types.ts";

/** Who told: sensors and the logs they sent. */
export function EntitySources({ page }: { page: Entity }) {
  const t = useText();
  const format = useFormat();
  return (
    <section>
      <h2 className="section-head">{t("entity_page.sources")}</h2>
      <Table
        label={t("entity_page.sources")}
        rows={page.sources}
        rowKey={({ sensor, product, service }) => `${sensor} ${product} ${service}`}
        columns={[
          {
            id: "sensor",
            header: t("entity.sensor"),
            names: true,
            render: ({ sensor, product, service }) => (
              <>
                <Link to="/sensors" search={{ sensor }}>
                  {sensor}
                </Link>
                <div className="quiet small">{[product, service].filter((part) => part !== null).join(" / ")}</div>
              </>
            ),
          },
          { id: "count", header: t("hunt.events"), numeric: true, render: ({ count }) => format.number(count) },
          { id: "last", header: t("entity_page.last"), render: ({ last }) => <When at={last} /> },
        ]}
      />
    </section>
  );
}
