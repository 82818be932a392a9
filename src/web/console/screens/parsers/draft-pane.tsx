import { useId, useMemo, useRef } from "react";
import { Button } from "../../../kit/button.tsx";
import { Empty } from "../../../kit/empty.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { Icon } from "../../../kit/icon.tsx";
import type { ParserTrialResult } from "../../api/types.ts";
import { saveText } from "../../download.ts";
import { Remarks } from "../rules/editor/remarks.tsx";
import { type EditorHandle, type LineMark, TextEditor } from "../rules/editor/text-editor.tsx";
import { NEW_PARSER } from "./sample-text.ts";

interface DraftPaneProps {
  readonly text: string | undefined;
  readonly onText: (text: string | undefined) => void;
  readonly problems: ParserTrialResult["problems"];
  /** The server has seen a draft. */
  readonly checked: boolean;
}

function nameOf(text: string): string {
  return /^name:\s*['"]?([a-z0-9-]{1,63})/mu.exec(text)?.[1] ?? "parser";
}

function NoDraft({ onText }: { onText: (text: string) => void }) {
  const t = useText();
  return (
    <Empty
      title={t("parsers.draft.none.title")}
      action={
        <Button kind="primary" onClick={() => onText(NEW_PARSER)} data-testid="draft-new">
          {t("parsers.draft.new")}
        </Button>
      }
    >
      {t("parsers.draft.none.body")}
    </Empty>
  );
}

function Draft({ text, onText, problems, checked }: DraftPaneProps & { text: string }) {
  const t = useText();
  const hintId = useId();
  const editor = useRef<EditorHandle>(null);
  const remarks = useMemo(
    () => problems.map((problem) => ({ ...problem, level: "error" as const, fix: null })),
    [problems],
  );
  const marks = useMemo(
    () => new Map<number, LineMark>(remarks.map(({ line }) => [Math.max(1, line), "error"])),
    [remarks],
  );
  return (
    <>
      <div className="row wrap draft-head">
        <h2 className="grow">{t("parsers.draft")}</h2>
        <Button icon="download" onClick={() => saveText(`${nameOf(text)}.yml`, text)}>
          {t("parsers.draft.save")}
        </Button>
        <Button icon="close" onClick={() => onText(undefined)} data-testid="draft-close">
          {t("parsers.draft.close")}
        </Button>
      </div>
      <TextEditor
        ref={editor}
        value={text}
        onChange={onText}
        label={t("parsers.draft")}
        hintId={hintId}
        marks={marks}
        invalid={remarks.length > 0}
        testId="draft-text"
      />
      <p className="quiet small" id={hintId}>
        {t("editor.hint")} {t("parsers.draft.hint")}
      </p>
      {checked && (
        <p
          className={remarks.length > 0 ? "check-line bad-text" : "check-line"}
          role="status"
          data-testid="draft-check"
          data-problems={remarks.length}
        >
          <Icon name={remarks.length > 0 ? "close" : "check"} />
          {remarks.length > 0 ? t("editor.check.wrong", { n: remarks.length }) : t("parsers.draft.good")}
        </p>
      )}
      <Remarks remarks={remarks} onLine={(line) => editor.current?.focusLine(line)} onFix={() => undefined} />
    </>
  );
}

/** A definition of one's own, judged while it is written; while it is open the lines are read with it alone. */
export function DraftPane(props: DraftPaneProps) {
  const t = useText();
  const { text, onText } = props;
  return (
    <section className="draft-pane" aria-label={t("parsers.draft")} data-testid="draft-pane">
      {text === undefined ? <NoDraft onText={onText} /> : <Draft {...props} text={text} />}
    </section>
  );
}
