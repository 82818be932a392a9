import { Link } from "@tanstack/react-router";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import type { WatchFloor } from "../../api/types.ts";

/** Who is here, until when, and how many cases are open. */
export function DutyPart({ floor }: { floor: WatchFloor }) {
  const t = useText();
  const format = useFormat();
  const { duty, openCases } = floor;
  if (duty === null && openCases === null) return null;
  return (
    <section className="watch-part wide" aria-labelledby="watch-duty" data-testid="watch-duty">
      <h2 id="watch-duty">{t("watch.duty")}</h2>
      <dl className="facts">
        {openCases !== null && (
          <div>
            <dt>{t("watch.open_cases")}</dt>
            <dd>
              <Link to="/cases" search={{}} data-testid="watch-open-cases">
                {format.number(openCases)}
              </Link>
            </dd>
          </div>
        )}
        {duty?.map(({ name, onCall, ends, people }) => (
          <div key={`${name} ${ends}`}>
            <dt>
              <bdi>{name}</bdi>
              {onCall && ` · ${t("watch.on_call")}`}
            </dt>
            <dd>
              <Link to="/people/shifts" search={{}}>
                <bdi>{people.length === 0 ? t("watch.duty.nobody") : people.join(", ")}</bdi>
              </Link>{" "}
              <span className="quiet small">{t("watch.duty.until", { time: format.brief(new Date(ends)) })}</span>
            </dd>
          </div>
        ))}
      </dl>
      {duty?.length === 0 && <p className="quiet">{t("watch.duty.none")}</p>}
    </section>
  );
}
