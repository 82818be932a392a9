import { Link } from "@tanstack/react-router";
import { useId, useState } from "react";
import { CopyButton } from "../../../kit/copy-button.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { hasText, useText } from "../../../kit/i18n/text.tsx";
import { Icon } from "../../../kit/icon.tsx";
import { RawText, type TextRange } from "../../../kit/raw-text.tsx";
import { Table } from "../../../kit/table.tsx";
import type { TriedLine } from "../../api/types.ts";
import { sourceText } from "./parser-columns.tsx";
import { placesOfValue } from "./places-of-value.ts";
import { FRAME, sampleText } from "./sample-text.ts";

const SHOWN_FIELDS = 200;

type Value = TriedLine["fields"][string];
interface Entry {
  readonly name: string;
  readonly value: string;
  readonly entity: boolean;
}

function textOf(value: Value): string {
  return Array.isArray(value) ? value.map(String).join(", ") : String(value);
}

/** What the parser found before what every syslog message has. */
function entriesOf({ fields, entities }: TriedLine): Entry[] {
  const own = Object.entries(fields).map(([name, value]) => ({ name, value: textOf(value), entity: false }));
  return [
    ...Object.entries(entities).map(([name, value]) => ({ name, value: textOf(value), entity: true })),
    ...own.filter(({ name }) => !FRAME.has(name)),
    ...own.filter(({ name }) => FRAME.has(name)),
  ];
}

/** Three ways a line can end: a parser took it, only its frame was understood, or nothing was. */
export function outcomeOf({ parser, nearest }: TriedLine): "taken" | "frame" | "unread" {
  if (parser === null) return "unread";
  return nearest === null ? "taken" : "frame";
}
const ICONS = { taken: "check", frame: "minus", unread: "close" } as const;

function Reading({ tried, index }: { tried: TriedLine; index: number }) {
  const t = useText();
  const format = useFormat();
  const outcome = outcomeOf(tried);
  const source = sourceText(tried.logsource);
  return (
    <header className="tried-head">
      <span className="quiet num small">{format.number(index + 1)}</span>
      <span className={`outcome ${outcome}`}>
        <Icon name={ICONS[outcome]} />
        {tried.defined ? (
          <Link to="/sensors/parsers" search={{ parser: tried.parser ?? "" }}>
            {tried.parser}
          </Link>
        ) : (
          (tried.parser ?? t("parsers.outcome.unread"))
        )}
      </span>
      {outcome === "frame" && <span className="quiet">{t("parsers.outcome.frame")}</span>}
      {source !== "" && <span className="tag">{source}</span>}
      <span className="grow" />
      <span className={tried.time === null ? "bad-text small" : "quiet small num"}>
        {tried.time === null ? t("parsers.no_time") : format.exact(new Date(tried.time))}
      </span>
    </header>
  );
}

function Nearest({ line, nearest }: { line: string; nearest: NonNullable<TriedLine["nearest"]> }) {
  const t = useText();
  const stopped = line.slice(nearest.at, nearest.at + 40);
  return (
    <p className="notice bad nearest" data-testid="nearest">
      <span>
        {t("parsers.nearest", { parser: nearest.parser, line: nearest.line })}{" "}
        {t("parsers.nearest.expected", { at: nearest.at + 1 })} <code>{nearest.expected}</code>
        {stopped !== "" && (
          <>
            {" "}
            {t("parsers.nearest.found")}{" "}
            <code>
              <RawText text={stopped} />
            </code>
          </>
        )}
      </span>
    </p>
  );
}

interface FieldsProps {
  readonly number: number;
  readonly entries: readonly Entry[];
  readonly line: string;
  readonly looked: string | undefined;
  readonly onLook: (value: string | undefined) => void;
}

function Fields({ number, entries, line, looked, onLook }: FieldsProps) {
  const t = useText();
  return (
    <Table
      label={t("parsers.fields", { n: number })}
      className="tried-fields"
      rows={entries.slice(0, SHOWN_FIELDS)}
      rowKey={(entry) => `${entry.entity ? "e" : "f"} ${entry.name}`}
      isCurrent={(entry) => entry.value === looked}
      columns={[
        {
          id: "name",
          header: t("parsers.field"),
          width: "34%",
          names: true,
          render: ({ name, entity }) => (
            <>
              {name}
              {entity && <span className="quiet small"> {t("parsers.entity")}</span>}
            </>
          ),
        },
        {
          id: "value",
          header: t("event.value"),
          render: ({ value }) =>
            placesOfValue(line, value).length === 0 ? (
              <RawText text={value} />
            ) : (
              <button
                type="button"
                className="text-button value-look"
                aria-pressed={value === looked}
                onClick={() => onLook(value === looked ? undefined : value)}
              >
                <RawText text={value} />
              </button>
            ),
        },
      ]}
    />
  );
}

interface TriedLineProps {
  readonly line: string;
  readonly tried: TriedLine;
  readonly index: number;
}

/** One line with what was made of it: the text on one side, its fields on the other. */
export function TriedLineView({ line, tried, index }: TriedLineProps) {
  const t = useText();
  const headId = useId();
  const [looked, look] = useState<string>();
  const entries = entriesOf(tried);
  const understood: readonly TextRange[] =
    looked !== undefined
      ? placesOfValue(line, looked)
      : tried.nearest === null
        ? []
        : [{ from: 0, to: tried.nearest.at }];
  const failure = tried.failure === null ? undefined : tried.failure;
  return (
    <li className="tried" data-testid="tried-line" data-outcome={outcomeOf(tried)} aria-labelledby={headId}>
      <div id={headId}>
        <Reading tried={tried} index={index} />
      </div>
      {failure !== undefined && <p className="bad-text">{hasText(failure) ? t(failure) : failure}</p>}
      {tried.nearest !== null && <Nearest line={line} nearest={tried.nearest} />}
      <div className="tried-body">
        <div className="tried-text">
          <RawText text={line} ranges={understood} block />
          <CopyButton text={sampleText(line, tried)} label={t("parsers.copy_sample")} />
        </div>
        {entries.length === 0 ? (
          <p className="quiet">{t("parsers.no_fields")}</p>
        ) : (
          <Fields number={index + 1} entries={entries} line={line} looked={looked} onLook={look} />
        )}
      </div>
    </li>
  );
}
