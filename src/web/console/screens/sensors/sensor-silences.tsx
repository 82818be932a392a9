import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import { Table } from "../../../kit/table.tsx";
import { useNow, When } from "../../../kit/when.tsx";
import type { SensorHealth } from "../../api/types.ts";

export function SensorSilences({ health }: { health: SensorHealth }) {
  const t = useText();
  const format = useFormat();
  const now = useNow();
  const { silences, absences } = health;
  return (
    <div className="stack" data-testid="sensor-silences">
      <p className="quiet">{t("sensor.silences.about")}</p>
      {silences.length === 0 ? (
        <p>{t("sensor.silences.none")}</p>
      ) : (
        <Table
          label={t("sensor.tab.silences")}
          rows={silences}
          rowKey={({ id }) => id}
          columns={[
            {
              id: "source",
              header: t("sensor.source"),
              names: true,
              render: ({ source }) => (source === null ? t("sensor.silences.whole") : <RawText text={source} />),
            },
            { id: "since", header: t("sensor.silences.since"), render: ({ since }) => <When at={since} as="exact" /> },
            {
              id: "long",
              header: t("sensor.silences.long"),
              numeric: true,
              render: ({ since, returnedAt, overAt }) => {
                const end = returnedAt ?? overAt;
                return format.duration(((end === null ? now : Date.parse(end)) - Date.parse(since)) / 1000);
              },
            },
            {
              id: "back",
              header: t("sensor.silences.back"),
              render: ({ returnedAt, overAt }) =>
                returnedAt !== null ? (
                  <When at={returnedAt} as="exact" />
                ) : overAt === null ? (
                  <strong className="bad-text">{t("sensor.silences.still")}</strong>
                ) : (
                  <span className="quiet">{t("sensor.silences.given_up")}</span>
                ),
            },
            {
              id: "raised",
              header: t("sensor.silences.alert"),
              render: ({ raised }) => (raised ? t("sensor.silences.yes") : <span className="quiet">—</span>),
            },
          ]}
        />
      )}
      {absences.length > 0 && (
        <section>
          <h3 className="section-head">{t("sensor.absences")}</h3>
          <p className="quiet small">{t("sensor.absences.about")}</p>
          <Table
            label={t("sensor.absences")}
            rows={absences}
            rowKey={({ from }) => from}
            columns={[
              { id: "from", header: t("sensor.absences.from"), render: ({ from }) => <When at={from} as="exact" /> },
              { id: "to", header: t("sensor.absences.to"), render: ({ to }) => <When at={to} as="exact" /> },
            ]}
          />
        </section>
      )}
    </div>
  );
}
