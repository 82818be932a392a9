import { Fragment, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { Empty } from "../../../kit/empty.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { useToast } from "../../../kit/toast.tsx";
import type { NotebookCell, NotebookPage } from "../../api/investigation-types.ts";
import { LeaveGuard } from "../rules/editor/leave-guard.tsx";
import { Cell, type CellTools } from "./cell.tsx";
import { QueryEditor, TextEditor } from "./cell-editors.tsx";
import { rangeBounds } from "./ranges.ts";
import type { Writing } from "./use-notebook.ts";

interface Draft {
  readonly after: string | null;
  readonly kind: "text" | "query";
}

interface NewCellProps {
  readonly draft: Draft;
  readonly writing: Writing;
  readonly onDone: () => void;
}

function NewCell({ draft, writing, onDone }: NewCellProps) {
  const add = async (
    content: { kind: "text"; markdown: string } | ({ kind: "query" } & Record<"query" | "from" | "to", string>),
  ) => {
    const { after } = draft;
    if (await writing.write({ op: "add", cell: crypto.randomUUID(), after, content })) onDone();
  };
  return (
    <section className="notebook-cell new">
      {draft.kind === "text" ? (
        <TextEditor
          value=""
          busy={writing.isBusy}
          onSave={(markdown) => void add({ kind: "text", markdown })}
          onCancel={onDone}
        />
      ) : (
        <QueryEditor
          value={{ query: "", ...rangeBounds("24h") }}
          busy={writing.isBusy}
          onSave={(asked) => void add({ kind: "query", ...asked })}
          onCancel={onDone}
        />
      )}
    </section>
  );
}

/** Where a cell stands after a step: the cell it then follows. */
function placeAfter(cells: readonly NotebookCell[], cell: NotebookCell, by: 1 | -1): string | null | undefined {
  const at = cells.findIndex(({ id }) => id === cell.id);
  if (by === 1) return cells[at + 1]?.id;
  return at < 1 ? undefined : (cells[at - 2]?.id ?? null);
}

function useCellTools(page: NotebookPage, writing: Writing, edit: (cell: string | undefined) => void) {
  const t = useText();
  const toast = useToast();
  return {
    onEdit: edit,
    onMove: (cell, by) => {
      const after = placeAfter(page.cells, cell, by);
      if (after !== undefined) void writing.write({ op: "move", cell: cell.id, after });
    },
    onRemove: (cell) => {
      void writing.write({ op: "remove", cell: cell.id }).then((written) => {
        if (written) toast.show({ text: t("notebook.cell.left_out") });
      });
    },
  } satisfies Omit<CellTools, "onInsert">;
}

interface CellsProps {
  readonly page: NotebookPage;
  readonly writing: Writing;
  readonly writable: boolean;
}

export function Cells({ page, writing, writable }: CellsProps) {
  const t = useText();
  const [editing, setEditing] = useState<string>();
  const [draft, setDraft] = useState<Draft>();
  const steps = useCellTools(page, writing, setEditing);
  const tools: CellTools | undefined = writable
    ? { ...steps, onInsert: (after, kind) => setDraft({ after, kind }) }
    : undefined;
  const last = page.cells.at(-1)?.id ?? null;
  const done = () => setDraft(undefined);
  const drafted = (after: string | null) =>
    draft?.after === after ? <NewCell draft={draft} writing={writing} onDone={done} /> : null;
  return (
    <div className="cells">
      {page.cells.length === 0 && draft === undefined && (
        <Empty title={t("notebook.empty.title")}>{t(writable ? "notebook.empty.body" : "notebook.empty.reader")}</Empty>
      )}
      {drafted(null)}
      {page.cells.map((cell, at) => (
        <Fragment key={cell.id}>
          <Cell
            cell={cell}
            position={at + 1}
            of={page.cells.length}
            writing={writing}
            tools={tools}
            editing={writable && editing === cell.id}
          />
          {drafted(cell.id)}
        </Fragment>
      ))}
      {writable && draft === undefined && (
        <div className="row wrap cell-add no-print">
          <Button icon="note" onClick={() => setDraft({ after: last, kind: "text" })} data-testid="add-text">
            {t("notebook.add.text")}
          </Button>
          <Button icon="hunt" onClick={() => setDraft({ after: last, kind: "query" })} data-testid="add-query">
            {t("notebook.add.query")}
          </Button>
        </div>
      )}
      <LeaveGuard isDirty={() => draft !== undefined || editing !== undefined} />
    </div>
  );
}
