import { type KeyboardEvent, type RefObject, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { keyLabel } from "../../keys/table.ts";
import { completed, type Edited } from "./completion.ts";
import { Mirror, useQueryPlace } from "./query-place.tsx";
import { useRecent } from "./recent.ts";
import type { Span } from "./search.ts";
import { type Offer, optionId, SuggestionList } from "./suggestion-list.tsx";
import { useOffers } from "./use-offers.ts";

const MAX_LEFT_PX = 480;

interface QueryBoxProps {
  readonly value: string;
  readonly span: Span;
  readonly error: unknown;
  readonly running: boolean;
  readonly onRun: (query: string) => void;
  readonly onCancel: () => void;
  readonly inputRef: RefObject<HTMLTextAreaElement | null>;
}

/** How far from the left the part begins that a suggestion would replace. */
function useLeft(text: string, from: number | undefined) {
  const mark = useRef<HTMLSpanElement>(null);
  const [left, setLeft] = useState(0);
  useLayoutEffect(() => setLeft(Math.min(mark.current?.offsetLeft ?? 0, MAX_LEFT_PX)), [text, from]);
  const ruler =
    from === undefined ? null : (
      <div className="query-mirror" aria-hidden="true">
        {text.slice(0, from)}
        <span ref={mark} />
      </div>
    );
  return { left: from === undefined ? 0 : left, ruler };
}

/** The text being written, with the cursor put where an edit of ours wants it. */
function useWriting(value: string, input: RefObject<HTMLTextAreaElement | null>) {
  const [text, setText] = useState(value);
  const [cursor, setCursor] = useState(value.length);
  const wanted = useRef<number>(undefined);
  useEffect(() => setText(value), [value]);
  useLayoutEffect(() => {
    if (wanted.current === undefined) return;
    input.current?.setSelectionRange(wanted.current, wanted.current);
    wanted.current = undefined;
  }, [text, input]);
  const put = (edited: Edited) => {
    wanted.current = edited.cursor;
    setText(edited.text);
    setCursor(edited.cursor);
  };
  return { text, cursor, setText, setCursor, put };
}

/** The query, with what may be written next. A textarea may not carry the role `combobox` (ARIA in HTML): the list is tied to it as to any text box. */
export function QueryBox({ value, span, error, running, onRun, onCancel, inputRef }: QueryBoxProps) {
  const t = useText();
  const errorId = useId();
  const { text, cursor, setText, setCursor, put } = useWriting(value, inputRef);
  const [isComposing, setComposing] = useState(false);
  const { recent, remember, forget } = useRecent();
  const box = useOffers({ text, cursor, span, recent, isComposing });
  const { left, ruler } = useLeft(text, box.isOpen ? box.suggested?.from : undefined);
  const place = useQueryPlace(error);
  const showPlace = place !== undefined && text === value;
  const run = (query: string) => {
    box.show(false);
    remember(query);
    onRun(query);
  };
  const accept = (offer: Offer) => {
    if (offer.kind === "recent") {
      setText(offer.query);
      run(offer.query);
    } else if (box.suggested !== undefined) {
      put(completed(text, offer.item, box.suggested));
      // A field wants its value next; after a value nothing is wanted
      box.show(offer.item.kind !== "value");
    }
  };
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    // While an input method composes, its keys confirm a word and must neither choose nor run anything.
    if (isComposing || event.nativeEvent.isComposing) return;
    const offer = box.accepted(event);
    if (offer !== undefined) accept(offer);
    else if (event.key === "Enter" && !event.shiftKey) run(text);
    else if (!box.moved(event)) return;
    event.preventDefault();
  };
  return (
    <div className="query-box">
      <div className="query-input">
        {showPlace && <Mirror text={text} place={place} />}
        {ruler}
        <textarea
          ref={inputRef}
          className="input mono"
          rows={Math.min(4, text.split("\n").length)}
          spellCheck={false}
          autoCapitalize="none"
          autoComplete="off"
          aria-label={t("hunt.query")}
          placeholder={t("hunt.example")}
          aria-invalid={showPlace}
          aria-describedby={showPlace ? errorId : undefined}
          aria-autocomplete="list"
          aria-haspopup="listbox"
          aria-controls={box.isOpen ? box.id : undefined}
          aria-activedescendant={box.active >= 0 ? optionId(box.id, box.active) : undefined}
          maxLength={4096}
          value={text}
          onChange={(event) => {
            setText(event.target.value);
            setCursor(event.target.selectionStart);
            box.show(true);
          }}
          onSelect={(event) => setCursor(event.currentTarget.selectionStart)}
          onFocus={() => text.trim() === "" && box.show(true)}
          onClick={() => text.trim() === "" && box.show(true)}
          onBlur={() => box.show(false)}
          onCompositionStart={() => setComposing(true)}
          onCompositionEnd={() => setComposing(false)}
          onKeyDown={onKeyDown}
          data-testid="hunt-query"
        />
        {box.isOpen && (
          <SuggestionList
            id={box.id}
            offers={box.offers}
            active={box.active}
            left={left}
            onAccept={accept}
            onForget={forget}
          />
        )}
        <span className="visually-hidden" role="status">
          {box.isOpen && t("hunt.suggest.count", { n: box.offers.length })}
        </span>
      </div>
      {running ? (
        <Button icon="stop" onClick={onCancel} data-testid="hunt-cancel">
          {t("hunt.cancel")}
        </Button>
      ) : (
        <Button
          kind="primary"
          icon="play"
          hotkey={keyLabel("Ctrl+Enter").join(" ")}
          onClick={() => run(text)}
          data-testid="hunt-run"
        >
          {t("hunt.run")}
        </Button>
      )}
      {showPlace && (
        <p className="query-error" id={errorId} role="alert" data-testid="hunt-error">
          {t("hunt.error_at", { n: place.from + 1, message: place.message })}
        </p>
      )}
    </div>
  );
}
