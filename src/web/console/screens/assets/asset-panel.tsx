import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Button, IconButton } from "../../../kit/button.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { Menu, MenuItem } from "../../../kit/menu.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { Tabs } from "../../../kit/tabs.tsx";
import { When } from "../../../kit/when.tsx";
import type { AssetPage } from "../../api/asset-types.ts";
import { useMay } from "../../api/session.ts";
import { FaultView } from "../../fault-view.tsx";
import { IdentifiersDialog } from "./identifiers-dialog.tsx";
import { CriticalityMark, LevelTag, Nis2Tag, StateTag } from "./marks.tsx";
import { MergeDialog } from "./merge-dialog.tsx";
import { PanelAssessments } from "./panel-assessments.tsx";
import { PanelHistory } from "./panel-history.tsx";
import { PanelIdentifiers } from "./panel-identifiers.tsx";
import { PanelOverview } from "./panel-overview.tsx";
import { StateDialog } from "./state-dialog.tsx";
import { SystemDialog } from "./system-dialog.tsx";
import { useAsset, useUndoMerge } from "./use-assets.ts";

const TABS = ["overview", "identifiers", "history", "assessments"] as const;
type Tab = (typeof TABS)[number];
type Asking = "edit" | "identifiers" | "merge" | "retire" | "restore";

interface PanelProps {
  readonly id: string;
  readonly tab: string | undefined;
  readonly onTab: (tab: string | undefined) => void;
  readonly onClose: () => void;
  readonly onOpen: (id: string) => void;
}

function Head({ page, onClose, onOpen }: { page: AssetPage } & Pick<PanelProps, "onClose" | "onOpen">) {
  const t = useText();
  const { system, above } = page;
  return (
    <header className="panel-head">
      <div className="row">
        <CriticalityMark of={system.criticality} />
        <StateTag system={system} />
        {system.code !== null && (
          <span className="quiet truncate">
            <SafeText text={system.code} />
          </span>
        )}
        <span className="grow" />
        <IconButton icon="close" label={t("action.close_panel")} onClick={onClose} data-testid="panel-close" />
      </div>
      {above.length > 0 && (
        <p className="asset-above small">
          {above.map(({ id, name }) => (
            <button key={id} type="button" className="text-button" onClick={() => onOpen(id)}>
              <SafeText text={name} />
            </button>
          ))}
        </p>
      )}
      <h2>
        <SafeText text={system.name} />
      </h2>
      <dl className="facts">
        <div>
          <dt>{t("assets.field.vnLevel")}</dt>
          <dd>
            <LevelTag level={system.vnLevel} />
          </dd>
        </div>
        <div>
          <dt>{t("assets.field.nis2Class")}</dt>
          <dd>
            <Nis2Tag of={system.nis2Class} />
          </dd>
        </div>
        <div>
          <dt>{t("assets.updated")}</dt>
          <dd>
            <When at={system.updatedAt} as="both" />
          </dd>
        </div>
      </dl>
    </header>
  );
}

function Actions({ page, onAsk }: { page: AssetPage; onAsk: (asking: Asking) => void }) {
  const t = useText();
  const { system } = page;
  if (!useMay()("assets.write") || system.state === "merged") return null;
  if (system.state === "retired") {
    return (
      <div className="row wrap actions">
        <Button onClick={() => onAsk("restore")} data-testid="asset-restore">
          {t("assets.restore")}
        </Button>
      </div>
    );
  }
  return (
    <div className="row wrap actions">
      <Button kind="primary" onClick={() => onAsk("edit")} data-testid="asset-edit">
        {t("assets.edit")}
      </Button>
      <Button onClick={() => onAsk("identifiers")} data-testid="asset-identifiers">
        {t("assets.edit_identifiers")}
      </Button>
      <Link
        to="/systems/$id/assess"
        params={{ id: system.id }}
        search={{ scheme: "vn-level" }}
        className="button"
        data-testid="asset-assess"
      >
        {t("assets.assess_level")}
      </Link>
      <Menu trigger={<Button data-testid="asset-more">{t("assets.more")}</Button>}>
        <MenuItem onSelect={() => onAsk("merge")} testId="asset-merge">
          {t("assets.merge")}
        </MenuItem>
        <MenuItem onSelect={() => onAsk("retire")} testId="asset-retire">
          {t("assets.retire")}
        </MenuItem>
      </Menu>
    </div>
  );
}

/** What is not as usual with this system, and the way back from it. */
function Remarks({ page, onOpen }: { page: AssetPage; onOpen: (id: string) => void }) {
  const t = useText();
  const undo = useUndoMerge();
  const may = useMay();
  const { mergedInto, undoable } = page;
  return (
    <>
      {mergedInto !== null && (
        <div className="notice">
          <p>
            {t("assets.merged_into")}{" "}
            <button type="button" className="text-button" onClick={() => onOpen(mergedInto.id)}>
              <SafeText text={mergedInto.name} />
            </button>
          </p>
        </div>
      )}
      {may("assets.write") &&
        undoable.map(({ id, source, until }) => (
          <div key={id} className="notice" data-testid="asset-undo-merge">
            <p className="grow">
              {t("assets.absorbed", { name: source })} <When at={until} as="exact" />
            </p>
            <Button icon="undo" disabled={undo.isPending} onClick={() => undo.mutate(id)}>
              {t("action.undo")}
            </Button>
          </div>
        ))}
    </>
  );
}

function Content({ page, ...rest }: { page: AssetPage } & PanelProps) {
  const t = useText();
  const [asking, setAsking] = useState<Asking>();
  const close = () => setAsking(undefined);
  const tab: Tab = TABS.find((each) => each === rest.tab) ?? "overview";
  const { system } = page;
  return (
    <>
      <Head page={page} onClose={rest.onClose} onOpen={rest.onOpen} />
      <Actions page={page} onAsk={setAsking} />
      <Remarks page={page} onOpen={rest.onOpen} />
      <Tabs
        label={t("assets.panel")}
        value={tab}
        onChange={(next) => rest.onTab(next === "overview" ? undefined : next)}
        tabs={TABS.map((value) => ({ value, label: t(`assets.tab.${value}`) }))}
      >
        {tab === "overview" && <PanelOverview page={page} onOpen={rest.onOpen} />}
        {tab === "identifiers" && <PanelIdentifiers system={system} onEdit={() => setAsking("identifiers")} />}
        {tab === "history" && <PanelHistory page={page} />}
        {tab === "assessments" && <PanelAssessments system={system} />}
      </Tabs>
      {asking === "edit" && <SystemDialog existing={page} onClose={close} onSaved={close} />}
      {asking === "identifiers" && <IdentifiersDialog system={system} onClose={close} />}
      {asking === "merge" && (
        <MergeDialog
          system={system}
          onClose={close}
          onMerged={(into) => {
            close();
            rest.onOpen(into);
          }}
        />
      )}
      {(asking === "retire" || asking === "restore") && <StateDialog system={system} act={asking} onClose={close} />}
    </>
  );
}

export function AssetPanel(props: PanelProps) {
  const t = useText();
  const page = useAsset(props.id);
  return (
    <section className="panel" aria-label={t("assets.panel")} data-testid="asset-panel">
      {page.data === undefined ? (
        <>
          <IconButton icon="close" label={t("action.close_panel")} onClick={props.onClose} />
          {page.isPending ? <Skeleton /> : <FaultView error={page.error} onRetry={() => void page.refetch()} />}
        </>
      ) : (
        <Content page={page.data} {...props} />
      )}
    </section>
  );
}
