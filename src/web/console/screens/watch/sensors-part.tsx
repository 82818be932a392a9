import { Link } from "@tanstack/react-router";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { Icon } from "../../../kit/icon.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import { When } from "../../../kit/when.tsx";
import type { WatchFloor } from "../../api/types.ts";

/** Silence is the finding here: which sensors stopped, since when. */
export function SensorsPart({ floor }: { floor: WatchFloor }) {
  const t = useText();
  const format = useFormat();
  const { sensors, rules } = floor;
  return (
    <section className="watch-part" aria-labelledby="watch-sensors">
      <h2 id="watch-sensors">{t("watch.sensors")}</h2>
      <p>
        <Link to="/sensors" search={{}}>
          {t("watch.sensors.live", { live: format.number(sensors.live), total: format.number(sensors.total) })}
        </Link>
        {sensors.attention > 0 && (
          <>
            {" · "}
            <Link to="/sensors" search={{ state: "attention" }} data-testid="sensors-attention">
              {t("watch.sensors.attention", { n: sensors.attention })}
            </Link>
          </>
        )}
        {" · "}
        <Link to="/rules/coverage">
          {t("watch.rules", { n: format.number(rules.enabled), without: format.number(rules.withoutData) })}
        </Link>
      </p>
      {sensors.silent.length === 0 ? (
        <p className="good-line">
          <Icon name="check" /> {t("watch.sensors.none_silent")}
        </p>
      ) : (
        <table className="table" data-testid="silent-sensors">
          <thead>
            <tr>
              <th scope="col">
                <Link to="/sensors" search={{ state: "silent" }}>
                  {t("watch.sensors.silent")}
                </Link>
              </th>
              <th scope="col" className="num">
                {t("watch.sensors.since")}
              </th>
            </tr>
          </thead>
          <tbody>
            {sensors.silent.map((sensor) => (
              <tr key={sensor.name}>
                <td>
                  <Link to="/sensors" search={{ sensor: sensor.name }}>
                    <RawText text={sensor.name} />
                  </Link>
                  {sensor.critical && (
                    <>
                      {" "}
                      <span className="tag">{t("sensor.critical.mark")}</span>
                    </>
                  )}
                </td>
                <td className="num">
                  <When at={sensor.silentSince} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
