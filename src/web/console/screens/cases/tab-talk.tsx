import { type FormEvent, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { TextArea } from "../../../kit/field.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { Menu, MenuCheck } from "../../../kit/menu.tsx";
import { SafeText } from "../../../kit/raw-text.tsx";
import { When } from "../../../kit/when.tsx";
import type { Part, PartOf } from "../../api/case-types.ts";
import { api } from "../../api/client.ts";
import { useUserNames } from "../alerts/filter-bar.tsx";
import { CitedFacts } from "./cited-facts.tsx";
import { PartFoot, PartList, PartSection, PartTools, type TabProps } from "./part-row.tsx";
import { partsOf } from "./parts.ts";
import { casePath } from "./use-cases.ts";

/** Comments are only added; who is mentioned is told. */
function Comments({ page, writing }: TabProps) {
  const t = useText();
  const names = useUserNames(page.may.write);
  const [text, setText] = useState("");
  const [mentions, setMentions] = useState<ReadonlySet<string>>(new Set());
  const [showsHidden, setShowsHidden] = useState(false);
  const all = partsOf(page, "comment");
  const known = page.restricted ? new Set(page.members.map(({ id }) => id)) : undefined;
  const people = (names.data?.items ?? []).filter(({ id }) => known?.has(id) !== false);
  const toggle = (id: string) => {
    const next = new Set(mentions);
    if (!next.delete(id)) next.add(id);
    setMentions(next);
  };
  const send = async (event: FormEvent) => {
    event.preventDefault();
    const content = { kind: "comment", text, mentions: [...mentions].map((id) => ({ id })) };
    if (await writing.attempt(page, () => api.post(`${casePath(page.id)}/parts`, { content }))) {
      setText("");
      setMentions(new Set());
    }
  };
  return (
    <PartSection
      title={t("case.list.comment")}
      hidden={all.filter(({ hidden }) => hidden).length}
      showsHidden={showsHidden}
      onHidden={setShowsHidden}
    >
      <ul className="part-list">
        {all
          .filter(({ hidden }) => showsHidden || !hidden)
          .map((part) => (
            <li key={part.id} className={part.hidden ? "part hidden-part" : "part"} data-testid="comment-row">
              <div className="part-body">
                <p className="part-text">
                  <SafeText text={part.content.text} />
                </p>
                {part.content.mentions.length > 0 && (
                  <p className="small">{part.content.mentions.map(({ name }) => `@${name}`).join(" ")}</p>
                )}
                <PartFoot part={part as Part} />
              </div>
              <PartTools page={page} part={part as Part} writing={writing} />
            </li>
          ))}
      </ul>
      {page.may.write && (
        <form className="stack no-print" onSubmit={(event) => void send(event)}>
          <TextArea
            label={t("case.comment")}
            rows={2}
            value={text}
            onChange={(event) => setText(event.target.value)}
            data-testid="comment-text"
          />
          <div className="row">
            <Menu trigger={<Button icon="person">{t("case.mention.n", { n: mentions.size })}</Button>}>
              {people.map(({ id, displayName }) => (
                <MenuCheck key={id} checked={mentions.has(id)} onChange={() => toggle(id)}>
                  <bdi>{displayName}</bdi>
                </MenuCheck>
              ))}
            </Menu>
            <Button kind="primary" type="submit" disabled={text.trim() === ""} data-testid="comment-send">
              {t("case.comment.send")}
            </Button>
          </div>
        </form>
      )}
    </PartSection>
  );
}

export function TalkTab(props: TabProps) {
  const t = useText();
  return (
    <div className="case-halves">
      <div className="stack">
        <PartList
          {...props}
          kind="decision"
          render={(part: PartOf<"decision">) => {
            const { time, what, by, reason, alternatives, facts } = part.content;
            return (
              <div className="part-body">
                <p className="small">
                  <When at={time} as="both" /> · <bdi>{by}</bdi>
                </p>
                <p className="part-text">
                  <SafeText text={what} />
                </p>
                <p className="small">
                  <span className="quiet">{t("case.decision.because")}</span> <SafeText text={reason} />
                </p>
                <CitedFacts page={props.page} facts={facts} />
                {alternatives !== "" && (
                  <p className="small">
                    <span className="quiet">{t("case.decision.instead")}</span> <SafeText text={alternatives} />
                  </p>
                )}
                <PartFoot part={part as Part} />
              </div>
            );
          }}
        />
        <PartList
          {...props}
          kind="message"
          render={(part: PartOf<"message">) => {
            const { time, direction, channel, counterpart, summary } = part.content;
            return (
              <div className="part-body">
                <p className="small">
                  <When at={time} as="both" />
                  <span className="tag">{t(`case.direction.${direction}`)}</span>
                  <span className="tag">{t(`case.channel.${channel}`)}</span> <bdi>{counterpart}</bdi>
                </p>
                <p className="part-text">
                  <SafeText text={summary} />
                </p>
                <PartFoot part={part as Part} />
              </div>
            );
          }}
        />
      </div>
      <Comments {...props} />
    </div>
  );
}
