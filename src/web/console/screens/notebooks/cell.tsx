import { IconButton } from "../../../kit/button.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { Menu, MenuItem } from "../../../kit/menu.tsx";
import type { NotebookCell } from "../../api/investigation-types.ts";
import { QueryEditor, TextEditor } from "./cell-editors.tsx";
import { Markdown } from "../../../kit/markdown-view.tsx";
import { QueryCell } from "./query-cell.tsx";
import { ResultCell } from "./result-cell.tsx";
import type { Writing } from "./use-notebook.ts";

export interface CellTools {
  readonly onEdit: (cell: string | undefined) => void;
  readonly onMove: (cell: NotebookCell, by: 1 | -1) => void;
  readonly onRemove: (cell: NotebookCell) => void;
  readonly onInsert: (after: string, kind: "text" | "query") => void;
}

interface CellProps {
  readonly cell: NotebookCell;
  readonly position: number;
  readonly of: number;
  readonly writing: Writing;
  /** Absent where the reader may not write. */
  readonly tools: CellTools | undefined;
  readonly editing: boolean;
}

function Toolbar({
  cell,
  position,
  of,
  tools,
}: Required<Pick<CellProps, "cell" | "position" | "of">> & { tools: CellTools }) {
  const t = useText();
  return (
    <div className="cell-tools no-print" role="toolbar" aria-label={t("notebook.cell.tools", { n: position })}>
      {cell.content.kind !== "result" && (
        <IconButton
          icon="note"
          label={t("notebook.cell.edit")}
          onClick={() => tools.onEdit(cell.id)}
          data-testid="cell-edit"
        />
      )}
      <IconButton
        icon="up"
        label={t("notebook.cell.up")}
        disabled={position === 1}
        onClick={() => tools.onMove(cell, -1)}
        data-testid="cell-up"
      />
      <IconButton
        icon="down"
        label={t("notebook.cell.down")}
        disabled={position === of}
        onClick={() => tools.onMove(cell, 1)}
        data-testid="cell-down"
      />
      <Menu align="end" trigger={<IconButton icon="plus" label={t("notebook.cell.insert")} />}>
        <MenuItem icon="note" onSelect={() => tools.onInsert(cell.id, "text")}>
          {t("notebook.add.text")}
        </MenuItem>
        <MenuItem icon="hunt" onSelect={() => tools.onInsert(cell.id, "query")}>
          {t("notebook.add.query")}
        </MenuItem>
      </Menu>
      <IconButton
        icon="close"
        label={t("notebook.cell.leave_out")}
        onClick={() => tools.onRemove(cell)}
        data-testid="cell-remove"
      />
    </div>
  );
}

function CellContent({ cell, writing, tools, editing }: Pick<CellProps, "cell" | "writing" | "tools" | "editing">) {
  const { content } = cell;
  const save = async (next: typeof content) => {
    if (next.kind === "result") return;
    if (await writing.write({ op: "edit", cell: cell.id, content: next })) tools?.onEdit(undefined);
  };
  const cancel = () => tools?.onEdit(undefined);
  if (content.kind === "result") return <ResultCell result={content.result} />;
  if (content.kind === "text") {
    return editing ? (
      <TextEditor
        value={content.markdown}
        busy={writing.isBusy}
        onSave={(markdown) => void save({ kind: "text", markdown })}
        onCancel={cancel}
      />
    ) : (
      <Markdown text={content.markdown} />
    );
  }
  if (editing) {
    return (
      <QueryEditor
        value={content}
        busy={writing.isBusy}
        onSave={(asked) => void save({ kind: "query", ...asked })}
        onCancel={cancel}
      />
    );
  }
  const { query, from, to } = content;
  return (
    <QueryCell
      cell={content}
      busy={writing.isBusy}
      onFreeze={tools === undefined ? undefined : () => writing.freeze.mutate({ query, from, to, after: cell.id })}
    />
  );
}

export function Cell(props: CellProps) {
  const t = useText();
  const { cell, position, of, tools, editing } = props;
  return (
    <section
      className={`notebook-cell ${cell.content.kind}`}
      aria-label={t(`notebook.cell.${cell.content.kind}`, { n: position })}
      data-testid="cell"
    >
      {tools !== undefined && !editing && <Toolbar cell={cell} position={position} of={of} tools={tools} />}
      <CellContent {...props} />
    </section>
  );
}
