import "./editor.css";
import { type KeyboardEvent, memo, type Ref, useDeferredValue, useImperativeHandle, useMemo, useRef } from "react";
import { visiblePieces } from "../../../../kit/hostile-text.ts";
import { type YamlPiece, yamlLines } from "../../../rule-yaml.ts";
import { deeper, type Edit, lineSpan, nextLine, type Selected, shallower } from "./typing.ts";

export type LineMark = "error" | "warning" | "info";
export interface EditorHandle {
  readonly focusLine: (line: number) => void;
}
interface TextEditorProps {
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly label: string;
  readonly hintId?: string | undefined;
  readonly marks?: ReadonlyMap<number, LineMark>;
  readonly invalid?: boolean;
  readonly ref?: Ref<EditorHandle>;
  readonly testId?: string;
}

const NO_MARKS: ReadonlyMap<number, LineMark> = new Map();
/** More than any rule has; a pasted book is refused by the server, not by a frozen page. */
const COLOURED_CHARACTERS = 200_000;

/** Through the browser's own editing command, so that Ctrl+Z takes it back. */
function apply(area: HTMLTextAreaElement, { from, to, insert, selectFrom, selectTo }: Edit): void {
  area.setSelectionRange(from, to);
  const done = insert === "" ? document.execCommand("delete") : document.execCommand("insertText", false, insert);
  if (!done) {
    area.setRangeText(insert, from, to, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  area.setSelectionRange(selectFrom, selectTo);
}

function editFor(event: KeyboardEvent, selected: Selected): Edit | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  if (event.key === "Tab") return event.shiftKey ? shallower(selected) : deeper(selected);
  return event.key === "Enter" && !event.shiftKey ? nextLine(selected) : undefined;
}

/** Glyph for glyph the text of the field; what is invisible gets a frame, for a label would move the letters. */
function MirrorPiece({ piece }: { piece: YamlPiece }) {
  const parts = visiblePieces(piece.text, true);
  if (parts.every((part) => part.kind === "text")) return <span className={`yaml-${piece.part}`}>{piece.text}</span>;
  return parts.map((part, index) => {
    const text = piece.text.slice(part.from, parts[index + 1]?.from);
    return part.kind === "text" ? (
      text
    ) : (
      <span key={part.from} className="editor-hidden-character">
        {text}
      </span>
    );
  });
}

const MirrorLine = memo(
  function MirrorLine({ pieces }: { pieces: readonly YamlPiece[]; text: string }) {
    return (
      <>
        {pieces.map((piece, index) => (
          <MirrorPiece key={index} piece={piece} />
        ))}
      </>
    );
  },
  // The same text has the same colours, except inside a block scalar, whose first part tells.
  (before, after) => before.text === after.text && before.pieces[0]?.part === after.pieces[0]?.part,
);

function Mirror({ text, marks }: { text: string; marks: ReadonlyMap<number, LineMark> }) {
  const lines = useMemo(
    () =>
      text.length > COLOURED_CHARACTERS
        ? text.split("\n").map((line): YamlPiece[] => [{ part: "plain", text: line }])
        : yamlLines(text),
    [text],
  );
  return (
    <div className="editor-mirror" aria-hidden="true">
      {lines.map((pieces, index) => (
        <div key={index} className={`editor-line ${marks.get(index + 1) ?? ""}`}>
          <MirrorLine pieces={pieces} text={pieces.map((piece) => piece.text).join("")} />
          {"\n"}
        </div>
      ))}
    </div>
  );
}

/**
 * A text field with line numbers and colours: the real textarea lies over a picture of its own text, so that input
 * methods, spelling of the platform, undo and assistive technology meet a plain field.
 * Tab indents; Esc leaves the field, after which Tab moves on (WCAG 2.1.2), and the hint under it says so.
 */
export function TextEditor({
  value,
  onChange,
  label,
  hintId,
  marks = NO_MARKS,
  invalid,
  ref,
  testId,
}: TextEditorProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const shown = useDeferredValue(value);
  useImperativeHandle(ref, () => ({
    focusLine: (line) => {
      const field = area.current;
      if (field === null) return;
      const { from, to } = lineSpan(field.value, line);
      field.focus({ preventScroll: true });
      field.setSelectionRange(from, to);
      field.parentElement?.querySelectorAll(".editor-line")[line - 1]?.scrollIntoView({ block: "center" });
    },
  }));
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // While an input method composes, Enter and Tab belong to it.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    const field = event.currentTarget;
    const edit = editFor(event, { text: field.value, from: field.selectionStart, to: field.selectionEnd });
    if (edit === undefined) return;
    event.preventDefault();
    apply(field, edit);
  };
  return (
    <div className="text-editor">
      <div className="editor-sheet">
        <Mirror text={shown} marks={marks} />
        <textarea
          ref={area}
          wrap="off"
          spellCheck={false}
          autoCapitalize="none"
          autoComplete="off"
          autoCorrect="off"
          translate="no"
          aria-label={label}
          aria-describedby={hintId}
          aria-invalid={invalid}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          onKeyDown={onKeyDown}
          data-testid={testId}
        />
      </div>
    </div>
  );
}
