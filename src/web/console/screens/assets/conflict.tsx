import { useQueryClient } from "@tanstack/react-query";
import { Button } from "../../../kit/button.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { When } from "../../../kit/when.tsx";
import type { Asset, AssetContent, AssetPage } from "../../api/asset-types.ts";
import { api, ApiFault } from "../../api/client.ts";
import { FaultView } from "../../fault-view.tsx";
import { contentOf, reapplied } from "./system-form.ts";

interface ConflictProps {
  readonly error: unknown;
  readonly base: Asset;
  readonly mine: AssetContent;
  /** Their state as it is now, and what to save next: theirs as it is, or mine on top of it. */
  readonly onResolved: (theirs: Asset, next: AssetContent) => void;
}

/** Somebody else was faster: what they changed, and the two ways on. Any other error is shown as it is. */
export function SaveTrouble({ error, base, mine, onResolved }: ConflictProps) {
  const t = useText();
  const client = useQueryClient();
  if (!(error instanceof ApiFault) || error.code !== "assets.system.stale") return <FaultView error={error} />;
  const { by, at, fields } = error.params;
  const names = String(fields ?? "")
    .split(",")
    .filter((field) => field !== "")
    .map((field) => t(`assets.field.${field}`));
  const resolve = (way: "theirs" | "mine") => async () => {
    const page = await api.get<AssetPage>(`/assets/${encodeURIComponent(base.id)}`);
    client.setQueryData(["assets", "system", base.id], page);
    const theirs = contentOf(page.system);
    onResolved(page.system, way === "theirs" ? theirs : reapplied(contentOf(base), mine, theirs));
  };
  return (
    <div className="notice bad" role="alert" data-testid="asset-conflict">
      <div className="stack">
        <p>
          <strong>{t("assets.conflict", { name: String(by ?? ""), fields: names.join(", ") })}</strong>{" "}
          <When at={String(at ?? "")} as="both" />
        </p>
        <p>{t("assets.conflict_what")}</p>
        <div className="row wrap">
          <Button onClick={() => void resolve("mine")()} data-testid="conflict-mine">
            {t("assets.conflict_mine")}
          </Button>
          <Button onClick={() => void resolve("theirs")()} data-testid="conflict-theirs">
            {t("assets.conflict_theirs")}
          </Button>
        </div>
      </div>
    </div>
  );
}
