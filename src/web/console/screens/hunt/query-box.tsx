import { type KeyboardEvent, type Ref, useEffect, useId, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { hasText, useText } from "../../../kit/i18n/text.tsx";
import { ApiFault } from "../../api/client.ts";
import { faultText } from "../../fault-view.tsx";
import { keyLabel } from "../../keys/table.ts";

interface QueryBoxProps {
  readonly value: string;
  readonly error: unknown;
  readonly running: boolean;
  readonly onRun: (query: string) => void;
  readonly onCancel: () => void;
  readonly inputRef: Ref<HTMLTextAreaElement>;
}

interface Place {
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

/** Where the query is wrong, when the server said so. */
export function useQueryPlace(error: unknown): Place | undefined {
  const t = useText();
  if (!(error instanceof ApiFault)) return undefined;
  const { from, to, code } = error.params;
  if (typeof from !== "number" || typeof to !== "number") return undefined;
  const key = `fault.${typeof code === "string" ? code : error.code}`;
  return { from, to, message: hasText(key) ? t(key, error.params) : faultText(error, t) };
}

/** A mirror behind the text draws the wave under the wrong part; it holds the same text in the same type. */
function Mirror({ text, place }: { text: string; place: Place }) {
  const to = Math.max(place.to, place.from + 1);
  return (
    <div className="query-mirror" aria-hidden="true">
      {text.slice(0, place.from)}
      <span className="query-wrong">{text.slice(place.from, to) || " "}</span>
      {text.slice(to)}
    </div>
  );
}

export function QueryBox({ value, error, running, onRun, onCancel, inputRef }: QueryBoxProps) {
  const t = useText();
  const [text, setText] = useState(value);
  const place = useQueryPlace(error);
  const errorId = useId();
  useEffect(() => setText(value), [value]);
  const onKeyDown = (event: KeyboardEvent) => {
    // While an input method composes, Enter confirms the word and must not run anything.
    if (event.nativeEvent.isComposing || event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    onRun(text);
  };
  const showPlace = place !== undefined && text === value;
  return (
    <div className="query-box">
      <div className="query-input">
        {showPlace && <Mirror text={text} place={place} />}
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
          maxLength={4096}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
          data-testid="hunt-query"
        />
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
          onClick={() => onRun(text)}
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
