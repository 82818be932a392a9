import { Link } from "@tanstack/react-router";
import { Empty } from "../../../kit/empty.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { When } from "../../../kit/when.tsx";
import type { Asset, Assessment } from "../../api/asset-types.ts";
import { useMay } from "../../api/session.ts";
import { FaultView } from "../../fault-view.tsx";
import { LevelTag, Nis2Tag } from "./marks.tsx";
import { useAssessments } from "./use-assets.ts";

const SCHEMES = ["vn-level", "nis2"] as const;

function Row({ assessment }: { assessment: Assessment }) {
  const t = useText();
  const { id, systemId, scheme, verdict, by, at, reason, isCurrentContent } = assessment;
  const { outcome } = verdict;
  return (
    <li className="assessment-row" data-testid="assessment-row">
      <div className="row wrap">
        <strong>{t(`assets.scheme.${scheme}`)}</strong>
        {outcome === null ? (
          <span className="tag">{t("assets.undecided")}</span>
        ) : scheme === "vn-level" ? (
          <LevelTag level={outcome} />
        ) : (
          <Nis2Tag of={outcome} />
        )}
        {!verdict.isCertain && <span className="quiet">{t("assets.not_certain")}</span>}
        <span className="grow" />
        <Link
          to="/systems/$id/assessments/$assessment"
          params={{ id: systemId, assessment: id }}
          className="button"
          data-testid="assessment-open"
        >
          {t("assets.open_assessment")}
        </Link>
      </div>
      <p className="quiet small">
        <bdi>{by.name}</bdi> · <When at={at} as="both" />
        {!isCurrentContent && ` · ${t("assets.content_changed")}`}
      </p>
      {reason !== "" && (
        <p className="small">
          <SafeText text={reason} />
        </p>
      )}
    </li>
  );
}

export function PanelAssessments({ system }: { system: Asset }) {
  const t = useText();
  const mayAssess = useMay()("assets.write") && system.state === "active";
  const assessments = useAssessments(system.id);
  if (assessments.isPending) return <Skeleton />;
  if (assessments.isError) {
    return <FaultView error={assessments.error} onRetry={() => void assessments.refetch()} />;
  }
  const starts = mayAssess && (
    <div className="row wrap">
      {SCHEMES.map((scheme) => (
        <Link
          key={scheme}
          to="/systems/$id/assess"
          params={{ id: system.id }}
          search={{ scheme }}
          className="button"
          data-testid={`assess-${scheme}`}
        >
          {t(`assets.assess.${scheme}`)}
        </Link>
      ))}
    </div>
  );
  if (assessments.data.items.length === 0) {
    return (
      <Empty title={t("assets.no_assessments")} action={starts === false ? undefined : starts}>
        {t("assets.no_assessments_body")}
      </Empty>
    );
  }
  return (
    <div className="stack" data-testid="asset-assessments">
      {starts}
      <ul className="assessment-list">
        {assessments.data.items.map((assessment) => (
          <Row key={assessment.id} assessment={assessment} />
        ))}
      </ul>
    </div>
  );
}
