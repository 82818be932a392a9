import { useSearch } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Button, IconButton } from "../../../kit/button.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { When } from "../../../kit/when.tsx";
import type { CasePage, Part, PartOf } from "../../api/case-types.ts";
import { api } from "../../api/client.ts";
import { FormDialog, Reason } from "./case-dialogs.tsx";
import { PartDialog } from "./part-dialog.tsx";
import type { FormKind } from "./part-forms.ts";
import { partsOf } from "./parts.ts";
import { type CaseWriting, casePath } from "./use-cases.ts";

export interface TabProps {
  readonly page: CasePage;
  readonly writing: CaseWriting;
}

function HideDialog({ page, part, writing, onClose }: TabProps & { part: Part; onClose: () => void }) {
  const t = useText();
  const [reason, setReason] = useState("");
  return (
    <FormDialog
      page={page}
      writing={writing}
      onClose={onClose}
      title={t(part.hidden ? "case.show" : "case.hide")}
      testId="hide-part"
      submit={t(part.hidden ? "case.show" : "case.hide")}
      ready={reason.trim() !== ""}
      work={(newest) => {
        const version = newest.parts.find(({ id }) => id === part.id)?.version ?? part.version;
        return api.post(`${casePath(page.id)}/parts/${part.id}/hidden`, { version, hidden: !part.hidden, reason });
      }}
    >
      <p className="quiet">{t("case.hide.means")}</p>
      <Reason value={reason} onChange={setReason} required />
    </FormDialog>
  );
}

/** Edit and hide, for whoever may write; a comment is only hidden. */
export function PartTools({ page, part, writing }: TabProps & { part: Part }) {
  const t = useText();
  const [asking, setAsking] = useState<"edit" | "hide">();
  if (!page.may.write) return null;
  const { kind } = part.content;
  return (
    <span className="part-tools no-print">
      {kind !== "comment" && !part.hidden && (
        <IconButton
          icon="note"
          label={t(`case.edit.${kind}`)}
          onClick={() => setAsking("edit")}
          data-testid="part-edit"
        />
      )}
      <IconButton
        icon={part.hidden ? "eye" : "close"}
        label={t(part.hidden ? "case.show" : "case.hide")}
        onClick={() => setAsking("hide")}
        data-testid="part-hide"
      />
      {asking === "edit" && kind !== "comment" && (
        <PartDialog
          kind={kind as FormKind}
          page={page}
          part={part}
          writing={writing}
          onClose={() => setAsking(undefined)}
        />
      )}
      {asking === "hide" && (
        <HideDialog page={page} part={part} writing={writing} onClose={() => setAsking(undefined)} />
      )}
    </span>
  );
}

export function PartFoot({ part }: { part: Part }) {
  const t = useText();
  return (
    <p className="quiet small">
      <bdi>{part.createdBy.name}</bdi> · <When at={part.createdAt} />
      {part.version > 1 && ` · ${t("case.edited_by", { name: part.updatedBy })}`}
      {part.fromCase !== null && ` · ${t("case.carried")}`}
    </p>
  );
}

interface SectionProps {
  readonly title: string;
  readonly add?: ReactNode;
  readonly hidden: number;
  readonly showsHidden: boolean;
  readonly onHidden: (shows: boolean) => void;
  readonly children: ReactNode;
}

/** A list of parts with its head; what is hidden is a click away. */
export function PartSection({ title, add, hidden, showsHidden, onHidden, children }: SectionProps) {
  const t = useText();
  return (
    <section className="part-section">
      <div className="row section-head">
        <h2 className="grow">{title}</h2>
        {hidden > 0 && (
          <Button kind="plain" className="small" aria-pressed={showsHidden} onClick={() => onHidden(!showsHidden)}>
            {t(showsHidden ? "case.hidden.without" : "case.hidden.n", { n: hidden })}
          </Button>
        )}
        {add}
      </div>
      {children}
    </section>
  );
}

interface ListProps<Kind extends FormKind> extends TabProps {
  readonly kind: Kind;
  readonly render: (part: PartOf<Kind>) => ReactNode;
  readonly sort?: (one: PartOf<Kind>, other: PartOf<Kind>) => number;
  readonly className?: string;
  readonly hotkey?: string;
}

/** All parts of one kind as a list, with the button that adds one. */
export function PartList<Kind extends FormKind>({
  page,
  writing,
  kind,
  render,
  sort,
  className,
  hotkey,
}: ListProps<Kind>) {
  const t = useText();
  const [isAdding, setAdding] = useState(false);
  const all = partsOf(page, kind);
  const { part: target } = useSearch({ from: "/cases/$id" });
  const aimed = useRef<HTMLLIElement>(null);
  // A link to a part that was hidden since shows it all the same.
  const [showsHidden, setShowsHidden] = useState(() => all.some(({ id, hidden }) => hidden && id === target));
  useEffect(() => {
    aimed.current?.scrollIntoView({ block: "center" });
  }, [target]);
  const shown = all.filter(({ hidden }) => showsHidden || !hidden);
  const rows = sort === undefined ? shown : shown.toSorted(sort);
  return (
    <PartSection
      title={t(`case.list.${kind}`)}
      hidden={all.filter(({ hidden }) => hidden).length}
      showsHidden={showsHidden}
      onHidden={setShowsHidden}
      add={
        page.may.write && (
          <Button icon="plus" hotkey={hotkey} onClick={() => setAdding(true)} data-testid={`add-${kind}`}>
            {t(`case.add.${kind}`)}
          </Button>
        )
      }
    >
      {rows.length === 0 && <p className="quiet">{t(`case.none.${kind}`)}</p>}
      <ul className={`part-list ${className ?? ""}`}>
        {rows.map((part) => (
          <li
            key={part.id}
            ref={part.id === target ? aimed : undefined}
            className={["part", part.hidden && "hidden-part", part.id === target && "aimed-part"]
              .filter(Boolean)
              .join(" ")}
            aria-current={part.id === target ? "true" : undefined}
            data-testid={`${kind}-row`}
          >
            {render(part)}
            <PartTools page={page} part={part as unknown as Part} writing={writing} />
          </li>
        ))}
      </ul>
      {isAdding && <PartDialog kind={kind} page={page} writing={writing} onClose={() => setAdding(false)} />}
    </PartSection>
  );
}
