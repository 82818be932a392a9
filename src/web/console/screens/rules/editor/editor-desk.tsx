import "./editor.css";
import { Link } from "@tanstack/react-router";
import { useId, useMemo, useRef, useState } from "react";
import { Button } from "../../../../kit/button.tsx";
import { useText } from "../../../../kit/i18n/text.tsx";
import { Icon } from "../../../../kit/icon.tsx";
import { Menu, MenuItem } from "../../../../kit/menu.tsx";
import { SafeText } from "../../../../kit/raw-text.tsx";
import { Tabs } from "../../../../kit/tabs.tsx";
import type { RuleDetail } from "../../../api/rule-types.ts";
import { useSession } from "../../../api/session.ts";
import { FaultView } from "../../../fault-view.tsx";
import { keyLabel } from "../../../keys/table.ts";
import { useKeys } from "../../../keys/use-keys.ts";
import { DataSourceMark } from "../data-source.tsx";
import { RuleSwitch } from "../rule-switch.tsx";
import { useRuleChange } from "../use-rule.ts";
import { BackTestPane } from "./back-test-pane.tsx";
import { ConflictDialog } from "./conflict-dialog.tsx";
import { LeaveGuard } from "./leave-guard.tsx";
import { Remarks, remarksOf, remarksOfFault } from "./remarks.tsx";
import { ruleTemplate, type TemplateKind } from "./templates.ts";
import { TestPane } from "./test-pane.tsx";
import { type EditorHandle, TextEditor } from "./text-editor.tsx";
import { lineMarks, useDraftCheck } from "./use-draft.ts";
import { useSave } from "./use-save.ts";

interface EditorDeskProps {
  readonly initial: string;
  readonly saved: RuleDetail | undefined;
  readonly onSaved: (detail: RuleDetail) => void;
}
type Desk = ReturnType<typeof useSave>;
type Draft = ReturnType<typeof useDraftCheck>;

const TEMPLATES = ["detection", "correlation"] as const satisfies readonly TemplateKind[];

function SaveState({ desk, saved }: { desk: Desk; saved: RuleDetail | undefined }) {
  const t = useText();
  const key = desk.isSaving ? "saving" : desk.isDirty() ? "dirty" : saved === undefined ? "new" : "saved";
  return (
    <span className="quiet small" role="status" data-testid="save-state" data-state={key}>
      {key !== "new" && t(`editor.state.${key}`)}
    </span>
  );
}

function EnableButton({ saved, dirty }: { saved: RuleDetail; dirty: boolean }) {
  const t = useText();
  const change = useRuleChange(saved.rule.id);
  return (
    <RuleSwitch
      enabled={saved.rule.enabled}
      change={change}
      notYet={dirty ? t("editor.enable.save_first") : undefined}
    />
  );
}

function DeskHead({
  desk,
  saved,
  check,
}: {
  desk: Desk;
  saved: RuleDetail | undefined;
  check: Draft["check"]["data"];
}) {
  const t = useText();
  const title = check?.documents[0]?.title ?? saved?.rule.title ?? "";
  return (
    <div className="page-head editor-head">
      <h1 className="truncate">
        {title === "" ? t(saved === undefined ? "place.rule_new" : "place.rule_edit") : <SafeText text={title} />}
      </h1>
      {saved !== undefined && <span className="tag">{t(saved.rule.enabled ? "rule.on" : "rule.off")}</span>}
      <SaveState desk={desk} saved={saved} />
      <span className="grow" />
      {saved !== undefined && (
        <Link className="button plain" to="/rules/$id" params={{ id: saved.rule.id }} search={{}}>
          {t("rule.open_page")}
        </Link>
      )}
      {saved !== undefined && <EnableButton saved={saved} dirty={desk.isDirty()} />}
      <Button
        kind="primary"
        hotkey={keyLabel("Ctrl+s").join(" ")}
        disabled={desk.isSaving || desk.text.trim() === ""}
        onClick={() => desk.save()}
        data-testid="rule-save"
      >
        {t("action.save")}
      </Button>
    </div>
  );
}

/** One line that says how the text stands, before the list of what to mend. */
function CheckLine({ draft }: { draft: Draft }) {
  const t = useText();
  const { data, isError, error, isFetching } = draft.check;
  if (isError) return <FaultView error={error} />;
  if (data === undefined) return null;
  const wrong = data.problems.length;
  const document = data.documents[0];
  return (
    <p
      className={wrong > 0 ? "check-line bad-text" : "check-line"}
      role="status"
      aria-busy={isFetching}
      data-testid="check-line"
      data-fresh={draft.fresh}
      data-problems={wrong}
    >
      <Icon name={wrong > 0 ? "close" : "check"} />
      {wrong > 0 ? t("editor.check.wrong", { n: wrong }) : t("editor.check.good", { n: data.documents.length })}
      {document !== undefined && document.fed !== null && wrong === 0 && (
        <DataSourceMark
          state={document.fed ? "live" : "none"}
          label={t(document.fed ? "editor.fed" : "editor.unfed")}
        />
      )}
    </p>
  );
}

function TemplateMenu({ onPick }: { onPick: (text: string) => void }) {
  const t = useText();
  const { user } = useSession();
  return (
    <Menu trigger={<Button kind="plain">{t("editor.template")}</Button>}>
      {TEMPLATES.map((kind) => (
        <MenuItem key={kind} onSelect={() => onPick(ruleTemplate(kind, { name: user.displayName, today: new Date() }))}>
          {t(`rule.kind.${kind}`)}
        </MenuItem>
      ))}
    </Menu>
  );
}

/** The text on the left, on the right what it does: on records at hand, and on all that is stored. */
export function EditorDesk(props: EditorDeskProps) {
  const t = useText();
  const { saved } = props;
  const desk = useSave(props);
  const draft = useDraftCheck(desk.text);
  const { data: check } = draft.check;
  const marks = useMemo(() => lineMarks(check), [check]);
  const editor = useRef<EditorHandle>(null);
  const [side, setSide] = useState<"test" | "history">("test");
  const hintId = useId();
  const toLine = (line: number) => editor.current?.focusLine(line);
  useKeys({ save: () => desk.save() });
  return (
    <>
      <DeskHead desk={desk} saved={saved} check={check} />
      <LeaveGuard isDirty={desk.isDirty} />
      {desk.error !== null && <SaveFault error={desk.error} onLine={toLine} />}
      <div className="editor-desk" data-testid="rule-editor">
        <div className="editor-left">
          <TextEditor
            ref={editor}
            value={desk.text}
            onChange={desk.setText}
            label={t("rule.text")}
            hintId={hintId}
            marks={marks}
            invalid={(check?.problems.length ?? 0) > 0}
            testId="rule-source"
          />
          <div className="row editor-hint">
            <p className="quiet small grow" id={hintId}>
              {t("editor.hint")}
            </p>
            {saved === undefined && <TemplateMenu onPick={desk.setText} />}
          </div>
          <CheckLine draft={draft} />
          <Remarks remarks={remarksOf(check)} onLine={toLine} onFix={desk.setText} />
        </div>
        <div className="editor-right">
          <Tabs
            label={t("editor.sides")}
            value={side}
            onChange={setSide}
            tabs={[
              { value: "test", label: t("editor.side.test") },
              { value: "history", label: t("editor.side.history") },
            ]}
          >
            {side === "test" ? (
              <TestPane text={desk.text} onLine={toLine} />
            ) : (
              <BackTestPane text={desk.text} saved={desk.isDirty() ? undefined : saved} />
            )}
          </Tabs>
        </div>
      </div>
      {desk.conflict && saved !== undefined && (
        <ConflictDialog
          id={saved.rule.id}
          mine={desk.text}
          onClose={desk.closeConflict}
          onKeepMine={(version) => desk.save(version)}
          onTakeTheirs={desk.take}
        />
      )}
    </>
  );
}

/** A refused save: the server's reasons, each at its line. */
function SaveFault({ error, onLine }: { error: unknown; onLine: (line: number) => void }) {
  return (
    <div className="editor-fault">
      <FaultView error={error} />
      <Remarks remarks={remarksOfFault(error)} onLine={onLine} onFix={() => undefined} />
    </div>
  );
}
