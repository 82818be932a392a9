import { hasText, useText } from "../../../kit/i18n/text.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { RawText } from "../../../kit/raw-text.tsx";
import { When } from "../../../kit/when.tsx";
import type { Storage } from "../../api/storage-types.ts";

type Problem = Storage["problems"][number];
const SHOWN = 10;

function ProblemLine({ problem }: { problem: Problem }) {
  const t = useText();
  const key = `lake.problem.${problem.code}`;
  return (
    <li>
      <When at={problem.at} as="exact" /> ·{" "}
      {hasText(key) ? (
        t(key, problem.params)
      ) : (
        <RawText text={`${problem.code} ${Object.values(problem.params).join(" ")}`} />
      )}
    </li>
  );
}

/** What is wrong with storage now; nothing when nothing is. */
export function Troubles({ storage }: { storage: Storage }) {
  const t = useText();
  const format = useFormat();
  const { overQuotaBytes, segments, lastError, problems } = storage;
  return (
    <>
      {segments.missing.length > 0 && (
        <div className="notice bad" role="alert">
          <div>
            <h3>{t("storage.missing", { n: segments.missing.length })}</h3>
            <p className="quiet">{t("storage.missing.do")}</p>
            <p>
              <RawText text={segments.missing.slice(0, SHOWN).join(", ")} />
            </p>
          </div>
        </div>
      )}
      {overQuotaBytes > 0 && (
        <div className="notice bad">
          <div>
            <h3>{t("storage.over_quota", { bytes: format.bytes(overQuotaBytes) })}</h3>
            <p className="quiet">{t("storage.over_quota.why")}</p>
          </div>
        </div>
      )}
      {lastError !== null && (
        <div className="notice bad">
          <div>
            <h3>{t("storage.last_error")}</h3>
            <p>
              <RawText text={lastError} />
            </p>
          </div>
        </div>
      )}
      {problems.length > 0 && (
        <div className="notice bad">
          <div>
            <h3>{t("storage.problems", { n: problems.length })}</h3>
            <ul className="small">
              {problems.slice(-SHOWN).map((problem, index) => (
                <ProblemLine key={`${problem.code} ${problem.at} ${index}`} problem={problem} />
              ))}
            </ul>
          </div>
        </div>
      )}
    </>
  );
}
