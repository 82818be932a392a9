import { Button } from "../../../kit/button.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { When } from "../../../kit/when.tsx";
import type { AssetHistory, AssetPage } from "../../api/asset-types.ts";
import { FaultView } from "../../fault-view.tsx";
import { useAssetHistory } from "./use-assets.ts";

type Entry = AssetHistory["items"][number];
type Change = Entry["changes"][number];
/** Members of a list named in one line; the export of the system has all. */
const MAX_NAMED = 8;

function useWord(page: AssetPage) {
  const t = useText();
  return (field: string, value: string | null): string => {
    if (value === null) return "–";
    if (field === "criticality") return t(`assets.criticality.${value}`);
    if (field === "state") return t(`assets.state.${value}`);
    if (field === "vnLevel") return t("assets.level_n", { n: value });
    if (field === "nis2Class") return t(`assets.nis2.${value}`);
    if (field === "parentId") return page.above.find(({ id }) => id === value)?.name ?? value;
    return value;
  };
}

const KIND = /^(host|address|account|domain) /u;

/** The kind of an identifier, which the register keeps in English, in the reader's language. */
function useMemberWords() {
  const t = useText();
  return (members: readonly string[]) =>
    members.map((member) => member.replace(KIND, (_, kind: string) => `${t(`assets.kind_one.${kind}`)} `)).join(", ");
}

function Members({ sign, members }: { sign: "+" | "−"; members: readonly string[] }) {
  const t = useText();
  const words = useMemberWords();
  if (members.length === 0) return null;
  return (
    <li className={sign === "+" ? "member added" : "member removed"}>
      {sign} <SafeText text={words(members.slice(0, MAX_NAMED))} />
      {members.length > MAX_NAMED && (
        <span className="quiet"> {t("assets.and_more", { n: members.length - MAX_NAMED })}</span>
      )}
    </li>
  );
}

function ChangeLine({ change, page }: { change: Change; page: AssetPage }) {
  const t = useText();
  const word = useWord(page);
  if ("added" in change) {
    return (
      <>
        <Members sign="+" members={change.added} />
        <Members sign="−" members={change.removed} />
      </>
    );
  }
  const { field, from, to } = change;
  return (
    <li>
      <span className="quiet">{t(`assets.field.${field}`)}:</span>{" "}
      {from !== null && (
        <>
          <s className="quiet">
            <SafeText text={word(field, from)} />
          </s>{" "}
          →{" "}
        </>
      )}
      <SafeText text={word(field, to)} />
    </li>
  );
}

export function PanelHistory({ page }: { page: AssetPage }) {
  const t = useText();
  const history = useAssetHistory(page.system.id);
  if (history.isPending) return <Skeleton />;
  if (history.isError) return <FaultView error={history.error} onRetry={() => void history.refetch()} />;
  return (
    <div data-testid="asset-history">
      <ol className="asset-history">
        {history.data.pages
          .flatMap((each) => each.items)
          .map((entry) => (
            <li key={entry.seq}>
              <p>
                <strong>{t(`assets.event.${entry.what}`)}</strong> · <bdi>{entry.by.name}</bdi> ·{" "}
                <span className="quiet">
                  <When at={entry.at} as="both" />
                </span>
              </p>
              {entry.reason !== "" && (
                <p className="quiet">
                  <SafeText text={entry.reason} />
                </p>
              )}
              {entry.changes.length > 0 && (
                <ul className="asset-changes small">
                  {entry.changes.map((change) => (
                    <ChangeLine key={change.field} change={change} page={page} />
                  ))}
                </ul>
              )}
            </li>
          ))}
      </ol>
      {history.hasNextPage && (
        <Button disabled={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
          {t("assets.older")}
        </Button>
      )}
    </div>
  );
}
