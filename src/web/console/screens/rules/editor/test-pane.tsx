import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import { Button } from "../../../../kit/button.tsx";
import { Empty } from "../../../../kit/empty.tsx";
import { useText } from "../../../../kit/i18n/text.tsx";
import { Segmented } from "../../../../kit/segmented.tsx";
import { api } from "../../../api/client.ts";
import type { DraftTest } from "../../../api/rule-types.ts";
import { useMay } from "../../../api/session.ts";
import { FaultView } from "../../../fault-view.tsx";
import { keyLabel } from "../../../keys/table.ts";
import { useKeys } from "../../../keys/use-keys.ts";
import { StoredEvents } from "./stored-events.tsx";
import { Verdicts } from "./verdicts.tsx";

/** As the server takes them. */
const MAX_LINES_CHARACTERS = 1_000_000;
const PASTED = ["draft-lines"] as const;

interface TestPaneProps {
  readonly text: string;
  readonly onLine?: (line: number) => void;
}

type Source = "lines" | "stored";

function PasteField({ value, onChange }: { value: string; onChange: (text: string) => void }) {
  const t = useText();
  const fieldId = useId();
  return (
    <div className="field">
      <label htmlFor={fieldId}>{t("editor.test.paste")}</label>
      <textarea
        id={fieldId}
        className="input mono"
        rows={6}
        wrap="off"
        spellCheck={false}
        maxLength={MAX_LINES_CHARACTERS}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        aria-describedby={`${fieldId}-hint`}
        data-testid="test-lines"
      />
      <span className="hint" id={`${fieldId}-hint`}>
        {t("editor.test.paste.hint")}
      </span>
    </div>
  );
}

/** The draft against records: pasted, or taken from the store by a hunt query. */
export function TestPane({ text, onLine }: TestPaneProps) {
  const t = useText();
  const may = useMay();
  const [source, setSource] = useState<Source>("lines");
  // Saving a new rule changes the address and with it the page; what was pasted stays, until the person signs out.
  const client = useQueryClient();
  const [lines, write] = useState(() => client.getQueryData<string>(PASTED) ?? "");
  const setLines = (pasted: string) => {
    write(pasted);
    client.setQueryData(PASTED, pasted);
  };
  const [eventIds, setEventIds] = useState<readonly string[]>([]);
  const test = useMutation({
    mutationFn: () =>
      api.post<DraftTest>("/rules/drafts/test", source === "lines" ? { text, lines } : { text, eventIds }),
  });
  const ready = text.trim() !== "" && (source === "lines" ? lines.trim() !== "" : eventIds.length > 0);
  const run = () => ready && !test.isPending && test.mutate();
  useKeys({ run });
  return (
    <section className="test-pane stack" aria-label={t("editor.test")} data-testid="test-pane">
      <h2 className="visually-hidden">{t("editor.test")}</h2>
      <div className="row wrap">
        <Segmented<Source>
          label={t("editor.test.from")}
          value={source}
          options={[
            { value: "lines", label: t("editor.test.lines") },
            ...(may("events.read")
              ? [{ value: "stored" as const, label: t("editor.test.stored"), testId: "test-stored" }]
              : []),
          ]}
          onChange={setSource}
        />
        <span className="grow" />
        <Button
          kind="primary"
          icon="play"
          hotkey={keyLabel("Ctrl+Enter").join(" ")}
          disabled={!ready || test.isPending}
          title={ready ? undefined : t("editor.test.need")}
          onClick={run}
          data-testid="test-run"
        >
          {t("editor.test.run")}
        </Button>
      </div>
      {source === "lines" ? (
        <PasteField value={lines} onChange={setLines} />
      ) : (
        <StoredEvents chosen={eventIds} onChoose={setEventIds} />
      )}
      {test.isError && <FaultView error={test.error} onRetry={run} />}
      {test.data === undefined && !test.isError && (
        <Empty title={t("editor.test.none.title")}>{t("editor.test.none.body")}</Empty>
      )}
      {test.data !== undefined && <TestAnswer test={test.data} stale={test.isPending} onLine={onLine} />}
    </section>
  );
}

function TestAnswer({
  test,
  stale,
  onLine,
}: {
  test: DraftTest;
  stale: boolean;
  onLine: ((line: number) => void) | undefined;
}) {
  const t = useText();
  return (
    <div className={stale ? "stale" : undefined} aria-busy={stale}>
      {test.problems.length > 0 && test.events.length === 0 ? (
        <p className="notice bad">{t("editor.test.problems", { n: test.problems.length })}</p>
      ) : (
        <Verdicts test={test} {...(onLine === undefined ? {} : { onLine })} />
      )}
    </div>
  );
}
