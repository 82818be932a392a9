import { Link } from "@tanstack/react-router";
import { useText } from "../../../kit/i18n/text.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { When } from "../../../kit/when.tsx";
import type { NotebookHistory } from "../../api/investigation-types.ts";
import { FaultView } from "../../fault-view.tsx";
import { useNotebookHistory } from "./use-notebook.ts";

type Item = NotebookHistory["items"][number];

interface Written {
  readonly op: string;
  readonly kind: string;
  readonly words: string;
}

const SHOWN_CHARACTERS = 160;
const OPS = ["add", "edit", "move", "remove", "title"];
const KINDS = ["text", "query", "result"];

/** An entry is the exact text that was sealed; newer servers may write what this page does not know. */
function written(change: string): Written {
  const read = JSON.parse(change) as {
    op?: string;
    title?: string;
    content?: { kind?: string; markdown?: string; query?: string; result?: { query?: string } };
  };
  const { content } = read;
  const words = read.title ?? content?.markdown ?? content?.query ?? content?.result?.query ?? "";
  return {
    op: OPS.find((op) => op === read.op) ?? "other",
    kind: KINDS.find((kind) => kind === content?.kind) ?? "none",
    words: words.length > SHOWN_CHARACTERS ? `${words.slice(0, SHOWN_CHARACTERS)}…` : words,
  };
}

export function HistoryList({ items, id }: { items: readonly Item[]; id?: string }) {
  const t = useText();
  return (
    <ol className="history" data-testid="notebook-history">
      {items.map((item) => {
        const { op, kind, words } = written(item.change);
        return (
          <li key={item.seq}>
            <div className="row wrap">
              <span className="grow">
                {t("notebook.history.entry", { n: item.seq })} · {t(`notebook.change.${op}`, { kind })}
              </span>
              {id !== undefined && (
                <Link
                  to="/hunt/notebooks/$id"
                  params={{ id }}
                  search={{ entry: String(item.seq) }}
                  className="small"
                  data-testid="as-it-was"
                >
                  {t("notebook.history.as_it_was")}
                </Link>
              )}
            </div>
            <p className="quiet small">
              <bdi>{item.by.name}</bdi> · <When at={item.at} as="both" /> ·{" "}
              <code title={item.hash}>{item.hash.slice(0, 12)}</code>
            </p>
            {words !== "" && (
              <blockquote>
                <SafeText text={words} />
              </blockquote>
            )}
          </li>
        );
      })}
    </ol>
  );
}

export function NotebookHistoryTab({ id }: { id: string }) {
  const t = useText();
  const history = useNotebookHistory(id);
  if (history.isPending) return <Skeleton />;
  if (history.isError) return <FaultView error={history.error} onRetry={() => void history.refetch()} />;
  return (
    <div className="stack notebook-history">
      <p className="quiet">{t("notebook.history.about")}</p>
      {history.data.items.length === 0 ? (
        <p className="quiet">{t("notebook.history.none")}</p>
      ) : (
        <HistoryList items={history.data.items.toReversed()} id={id} />
      )}
    </div>
  );
}
