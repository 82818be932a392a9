import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { useNow } from "../../../kit/when.tsx";
import type { Duty } from "../../api/people-types.ts";
import { useDuty } from "./use-people.ts";

function Line({ duty, next }: { duty: Duty; next: boolean }) {
  const t = useText();
  const format = useFormat();
  const now = useNow();
  const seconds = (Date.parse(next ? duty.begins : duty.ends) - now) / 1_000;
  return (
    <div data-testid={next ? "duty-next" : "duty-now"}>
      <dt>
        <SafeText text={duty.rota} /> · <SafeText text={duty.name} />
      </dt>
      <dd>
        {duty.people.length === 0 ? (
          <strong className="bad-text">{t("shifts.nobody")}</strong>
        ) : (
          <SafeText text={duty.people.map(({ name }) => name).join(", ")} />
        )}
        <div className="quiet small">
          {t(next ? "shifts.begins_in" : "shifts.ends_in", { d: format.duration(seconds) })}
        </div>
      </dd>
    </div>
  );
}

/** Who stands there now, and who comes. */
export function DutyBoard() {
  const t = useText();
  const duty = useDuty();
  if (duty.data === undefined) return null;
  const { now, next } = duty.data;
  return (
    <section className="duty-board" aria-label={t("shifts.now")}>
      <div>
        <h2>{t("shifts.now")}</h2>
        {now.length === 0 ? (
          <p className="quiet">{t("shifts.nobody")}</p>
        ) : (
          <dl className="facts">
            {now.map((one) => (
              <Line key={`${one.rotaId}-${one.shift}`} duty={one} next={false} />
            ))}
          </dl>
        )}
      </div>
      <div>
        <h2>{t("shifts.next")}</h2>
        <dl className="facts">
          {next.map((one) => (
            <Line key={`${one.rotaId}-${one.shift}`} duty={one} next />
          ))}
        </dl>
      </div>
    </section>
  );
}
