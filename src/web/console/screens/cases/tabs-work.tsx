/** The tabs where the work is written down: timeline, tasks, things, notes. */
import { Link } from "@tanstack/react-router";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { Markdown } from "../../../kit/markdown-view.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { SavedCheck } from "../../../kit/saved-check.tsx";
import { When } from "../../../kit/when.tsx";
import type { Part, PartOf } from "../../api/case-types.ts";
import { api } from "../../api/client.ts";
import { PartFoot, PartList, type TabProps } from "./part-row.tsx";
import { casePath } from "./use-cases.ts";
import { factText } from "./words.tsx";

const byTime = (one: { at: string }, other: { at: string }) => Date.parse(one.at) - Date.parse(other.at);

export function TimelineTab(props: TabProps) {
  const t = useText();
  const language = useLanguage();
  return (
    <PartList
      {...props}
      kind="fact"
      hotkey="+"
      className="timeline"
      sort={byTime}
      render={(part: PartOf<"fact">) => {
        const { content } = part;
        return (
          <div className="part-body">
            <p className="small">
              <When at={content.time} as="both" />
              <span className="tag">{t(`case.fact_kind.${content.factKind}`)}</span>
              <span className="tag">{t(`case.confidence.${content.confidence}`)}</span>
            </p>
            <p className="part-text">
              <SafeText text={factText(content, language)} />
            </p>
            <p className="quiet small">
              {t(`case.source.${content.source.kind}`)}
              {content.source.note !== "" && (
                <>
                  {" "}
                  · <SafeText text={content.source.note} />
                </>
              )}
              {content.source.alertId !== null && (
                <>
                  {" · "}
                  <Link to="/alerts" search={{ alert: content.source.alertId, status: "all" }}>
                    {t("case.source.open_alert")}
                  </Link>
                </>
              )}
              {part.version > 1 && ` · ${t("case.edited_by", { name: part.updatedBy })}`}
            </p>
          </div>
        );
      }}
    />
  );
}

export function TasksTab(props: TabProps) {
  const t = useText();
  const { page, writing } = props;
  const toggle = (part: PartOf<"task">) => {
    const state = part.content.state === "done" ? ("open" as const) : ("done" as const);
    let first: number | undefined = part.version;
    return writing.attempt(page, (newest) => {
      const version = first ?? newest.parts.find(({ id }) => id === part.id)?.version;
      first = undefined;
      return api.put(`${casePath(page.id)}/parts/${part.id}`, { version, content: { ...part.content, state } });
    });
  };
  return (
    <PartList
      {...props}
      kind="task"
      hotkey="T"
      sort={(one, other) => one.content.order - other.content.order}
      render={(part: PartOf<"task">) => {
        const { title, owner, due, state, note } = part.content;
        const isOver = state === "done" || state === "dropped";
        const isLate = !isOver && due !== null && Date.parse(due) < Date.now();
        return (
          <div className="part-body task">
            <SavedCheck
              aria-label={t("case.task.done", { title })}
              checked={state === "done"}
              disabled={!page.may.write}
              save={() => toggle(part)}
              data-testid="task-done"
            />
            <div className="grow">
              <p className={isOver ? "part-text over" : "part-text"}>
                <SafeText text={title} />
              </p>
              <p className="quiet small">
                {t(`case.task_state.${state}`)} · {owner === null ? t("case.nobody") : <bdi>{owner.name}</bdi>}
                {due !== null && (
                  <span className={isLate ? "bad-text" : undefined}>
                    {" · "}
                    {t("case.due")} <When at={due} />
                  </span>
                )}
              </p>
              {note !== "" && (
                <p className="part-text small">
                  <SafeText text={note} />
                </p>
              )}
            </div>
          </div>
        );
      }}
    />
  );
}

export function ThingsTab(props: TabProps) {
  const t = useText();
  const importance = new Map(props.page.importance.map((each) => [`${each.kind} ${each.value}`, each]));
  return (
    <div className="case-halves">
      <PartList
        {...props}
        kind="asset"
        render={(part: PartOf<"asset">) => {
          const { entity, role, note } = part.content;
          const known = importance.get(`${entity.kind} ${entity.value}`);
          return (
            <div className="part-body">
              <p className="part-text">
                <span className="quiet">{entity.kind}</span>{" "}
                <code>
                  <SafeText text={entity.value} />
                </code>
                <span className="tag">{t(`case.role.${role}`)}</span>
                {known !== undefined && <span className="tag">{t(`case.importance.${known.importance}`)}</span>}
              </p>
              {known !== undefined && known.systemName !== null && (
                <p className="quiet small">
                  <SafeText
                    text={[known.systemName, known.owner, known.zone].filter((each) => each !== null).join(" · ")}
                  />
                </p>
              )}
              {note !== "" && (
                <p className="small">
                  <SafeText text={note} />
                </p>
              )}
              <PartFoot part={part as Part} />
            </div>
          );
        }}
      />
      <PartList
        {...props}
        kind="indicator"
        render={(part: PartOf<"indicator">) => {
          const { type, value, verdict, source, note } = part.content;
          return (
            <div className="part-body">
              <p className="part-text">
                <span className="quiet">{t(`case.indicator.${type}`)}</span>{" "}
                <code>
                  <SafeText text={value} />
                </code>
                <span className={`tag verdict-${verdict}`}>{t(`case.verdict.${verdict}`)}</span>
              </p>
              {(source !== "" || note !== "") && (
                <p className="small">
                  <SafeText text={[source, note].filter((each) => each !== "").join(" · ")} />
                </p>
              )}
              <PartFoot part={part as Part} />
            </div>
          );
        }}
      />
    </div>
  );
}

export function NotesTab(props: TabProps) {
  return (
    <PartList
      {...props}
      kind="note"
      hotkey="n"
      render={(part: PartOf<"note">) => (
        <article className="part-body">
          <h3>
            <SafeText text={part.content.title} />
          </h3>
          <Markdown text={part.content.markdown} />
          <PartFoot part={part as Part} />
        </article>
      )}
    />
  );
}
