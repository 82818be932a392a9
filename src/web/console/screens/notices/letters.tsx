import { Button } from "../../../kit/button.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { Segmented } from "../../../kit/segmented.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { Table, type TableColumn } from "../../../kit/table.tsx";
import { When } from "../../../kit/when.tsx";
import type { Destination, NoticeLetter } from "../../api/notice-types.ts";
import { FaultView } from "../../fault-view.tsx";
import { useCodeText } from "./destination-words.ts";
import { useKindText } from "./notice-words.tsx";
import { useLetterDecision, useLetters } from "./use-destinations.ts";

const STATES = ["dead", "waiting", "sent"] as const;
export type LetterState = (typeof STATES)[number];

interface LettersProps {
  readonly state: LetterState;
  readonly onState: (state: LetterState) => void;
  readonly destinations: readonly Destination[];
}

function useColumns(destinations: readonly Destination[], state: LetterState): TableColumn<NoticeLetter>[] {
  const t = useText();
  const kindText = useKindText();
  const codeText = useCodeText();
  const wayText = (way: string) =>
    way.startsWith("hook:")
      ? (destinations.find(({ id }) => way === `hook:${id}`)?.name ?? t("letters.gone"))
      : t(`notice.way.${way}`);
  return [
    { id: "kind", header: t("notices.what"), render: ({ kind }) => kindText(kind) },
    { id: "way", header: t("letters.way"), render: ({ way }) => <bdi>{wayText(way)}</bdi> },
    {
      id: "who",
      header: t("letters.who"),
      render: ({ recipient }) =>
        recipient === null ? <span className="quiet">{t("letters.team")}</span> : <bdi>{recipient}</bdi>,
    },
    {
      id: "at",
      header: t(state === "waiting" ? "letters.due" : "notices.at"),
      render: (letter) => <When at={state === "waiting" ? letter.dueAt : (letter.endedAt ?? letter.createdAt)} />,
    },
    { id: "attempts", header: t("letters.attempts"), numeric: true, render: ({ attempts }) => attempts },
    {
      id: "code",
      header: t("letters.why"),
      render: ({ code, held }) =>
        code === null ? (
          <span className="quiet">{t(held ? "letters.held" : "notice.code.none")}</span>
        ) : (
          <span title={code}>{codeText(code)}</span>
        ),
    },
  ];
}

/** What leaves, waits and could not leave. Dead ones go again under the ids they had. */
export function Letters({ state, onState, destinations }: LettersProps) {
  const t = useText();
  const format = useFormat();
  const letters = useLetters(state);
  const repeat = useLetterDecision("repeat");
  const drop = useLetterDecision("drop");
  const columns = useColumns(destinations, state);
  const items = letters.data?.items ?? [];
  const ids = items.map(({ id }) => id);
  const counts = letters.data?.counts;
  return (
    <section data-testid="letters">
      <div className="row letters-head">
        <h2 className="grow">{t("letters.title")}</h2>
        <Segmented
          label={t("letters.state")}
          value={state}
          options={STATES.map((value) => ({
            value,
            label: t(`letters.state.${value}`, { count: counts === undefined ? "…" : format.number(counts[value]) }),
            testId: `letters-${value}`,
          }))}
          onChange={onState}
        />
      </div>
      {letters.isPending && <Skeleton lines={3} />}
      {letters.isError && <FaultView error={letters.error} onRetry={() => void letters.refetch()} />}
      {letters.isSuccess && items.length === 0 && <p className="quiet">{t(`letters.none.${state}`)}</p>}
      {items.length > 0 && (
        <Table
          label={t("letters.title")}
          columns={columns}
          rows={items}
          rowKey={({ id }) => id}
          rowTestId="letter-row"
        />
      )}
      {items.length > 0 && state !== "sent" && (
        <div className="row wrap">
          {state === "dead" && (
            <Button
              icon="refresh"
              disabled={repeat.isPending}
              onClick={() => repeat.mutate(ids)}
              data-testid="letters-repeat"
            >
              {t("letters.repeat", { n: ids.length })}
            </Button>
          )}
          <Button disabled={drop.isPending} onClick={() => drop.mutate(ids)} data-testid="letters-drop">
            {t("letters.drop", { n: ids.length })}
          </Button>
        </div>
      )}
    </section>
  );
}
