import { useMemo } from "react";
import type { Column } from "../../../kit/data-grid.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import type { Parser } from "../../api/types.ts";
import type { ParserRow } from "./use-parsers.ts";

/** Beside an open panel only what tells rows apart remains. */
export const BESIDE_PANEL = new Set(["name", "source", "events"]);

export function sourceText({ product, category, service }: Parser["logsource"][number]): string {
  return [product, service, category].filter((part) => part !== null).join(" / ");
}

function Count({ events }: { events: number | undefined }) {
  const format = useFormat();
  if (events === undefined) return <span className="quiet">—</span>;
  return events === 0 ? <span className="quiet">0</span> : format.number(events);
}

/** A parser that states no source takes that of what it unwraps. */
function Sources({ parser }: { parser: Parser | undefined }) {
  const t = useText();
  if (parser === undefined) return <span className="quiet">{t("parsers.in_code")}</span>;
  const [first, ...others] = parser.logsource.filter((source) => sourceText(source) !== "");
  if (first === undefined) return <span className="quiet">{t("parsers.source.inner")}</span>;
  return (
    <span className="truncate" title={parser.logsource.map(sourceText).join("\n")}>
      {sourceText(first)}
      {others.length > 0 && <span className="quiet"> +{others.length}</span>}
    </span>
  );
}

export function useParserColumns(): Column<ParserRow>[] {
  const t = useText();
  return useMemo(
    () => [
      { id: "name", header: t("parsers.name"), width: "minmax(130px, 1fr)", render: ({ name }) => name },
      {
        id: "title",
        header: t("parsers.title"),
        width: "minmax(160px, 1.5fr)",
        render: ({ parser }) => parser?.title ?? <span className="quiet">—</span>,
      },
      {
        id: "source",
        header: t("parsers.source"),
        width: "minmax(150px, 1.4fr)",
        render: ({ parser }) => <Sources parser={parser} />,
      },
      {
        id: "reads",
        header: t("parsers.reads"),
        width: "110px",
        render: ({ parser }) => (
          <span className="quiet">{parser === undefined ? "—" : t(`parsers.reads.${parser.reads}`)}</span>
        ),
      },
      {
        id: "programs",
        header: t("parsers.programs"),
        width: "minmax(100px, 1fr)",
        render: ({ parser }) => <span className="quiet truncate">{parser?.programs.join(", ")}</span>,
      },
      {
        id: "samples",
        header: t("parsers.samples"),
        width: "70px",
        numeric: true,
        render: ({ parser }) => parser?.samples ?? <span className="quiet">—</span>,
      },
      {
        id: "events",
        header: t("parsers.events"),
        width: "124px",
        numeric: true,
        render: ({ events }) => <Count events={events} />,
      },
      {
        id: "sensors",
        header: t("parsers.sensors"),
        width: "84px",
        numeric: true,
        render: ({ parser }) =>
          parser === undefined || parser.sensors.length === 0 ? (
            <span className="quiet">—</span>
          ) : (
            <span title={parser.sensors.join("\n")}>{parser.sensors.length}</span>
          ),
      },
    ],
    [t],
  );
}

export function NarrowParser({ row }: { row: ParserRow }) {
  return (
    <>
      <div>
        <span className="truncate grow">{row.parser?.title ?? row.name}</span>
        <Count events={row.events} />
      </div>
      <div className="small quiet">
        <span className="truncate grow">
          <Sources parser={row.parser} />
        </span>
      </div>
    </>
  );
}
