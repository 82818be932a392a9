import { Link } from "@tanstack/react-router";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { RawText } from "../../../kit/raw-text.tsx";
import { When } from "../../../kit/when.tsx";
import type { AlertTransition } from "../../api/types.ts";

/** The append-only log of the alert, newest first: who, when, what, why. */
export function PanelHistory({ transitions }: { transitions: readonly AlertTransition[] }) {
  const t = useText();
  const format = useFormat();
  return (
    <ol className="history" data-testid="alert-history">
      {transitions
        .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at))
        .map((each) => (
          <li key={each.id}>
            <p>
              <bdi>
                <strong>{each.actor.name}</strong>
              </bdi>{" "}
              {t(`history.${each.action}`, {
                to: each.assignee?.name ?? "",
                until: each.until === null ? "" : format.exact(new Date(each.until)),
                tags: each.tags.join(", "),
                what: each.verdict === null ? "" : t(`reason.${each.verdict}`),
              })}
              {each.otherId !== null && (
                <>
                  {" "}
                  <Link to="/alerts" search={{ alert: each.otherId, status: "all" }}>
                    {t("history.other")}
                  </Link>
                </>
              )}
              {each.reason !== null && ` · ${t(`reason.${each.reason}`)}`}
            </p>
            <p className="quiet small">
              <When at={each.at} as="both" />
            </p>
            {each.note !== null && (
              <blockquote>
                <RawText text={each.note} block />
              </blockquote>
            )}
          </li>
        ))}
    </ol>
  );
}
