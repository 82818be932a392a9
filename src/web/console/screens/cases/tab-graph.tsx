import { useNavigate } from "@tanstack/react-router";
import { useLanguage, useText } from "../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import type { CaseGraph, CasePage } from "../../api/case-types.ts";
import { FaultView } from "../../fault-view.tsx";
import { entityKindText } from "../alerts/columns.tsx";
import { useCaseGraph } from "./use-cases.ts";

type Node = CaseGraph["nodes"][number];
const COLUMNS = ["case", "alert", "entity", "other_case"] as const;
const COLUMN_PX = 262;
const ROW_PX = 40;
const BOX_PX = 214;
const BOX_HEIGHT_PX = 32;
const LETTERS = 29;

interface Placed {
  readonly node: Node;
  readonly x: number;
  readonly y: number;
}

/** Columns from left to right: the case, its alerts, what they are about, other cases that share it. */
function placed(graph: CaseGraph): { readonly at: ReadonlyMap<string, Placed>; readonly height: number } {
  const columns = COLUMNS.map((kind) => graph.nodes.filter((node) => node.kind === kind));
  const longest = Math.max(...columns.map((nodes) => nodes.length), 1);
  const at = new Map<string, Placed>();
  columns.forEach((nodes, column) => {
    const top = ((longest - nodes.length) * ROW_PX) / 2;
    nodes.forEach((node, row) => at.set(node.id, { node, x: column * COLUMN_PX, y: top + row * ROW_PX + 4 }));
  });
  return { at, height: longest * ROW_PX + 8 };
}

const cut = (text: string) => (text.length > LETTERS ? `${text.slice(0, LETTERS - 1)}…` : text);

/** What the case hangs together with. The same edges stand below as a list, with where each comes from. */
export function GraphTab({ page }: { page: CasePage }) {
  const t = useText();
  const language = useLanguage();
  const navigate = useNavigate();
  const graph = useCaseGraph(page.id);
  if (graph.isError) return <FaultView error={graph.error} onRetry={() => void graph.refetch()} />;
  if (graph.data === undefined) return <Skeleton />;
  const { at, height } = placed(graph.data);
  // What an alert leads to already needs no second line across the alerts; the list below has both.
  const reached = new Set(graph.data.edges.filter(({ from }) => from.startsWith("alert:")).map(({ to }) => to));
  const drawn = graph.data.edges.filter(({ source, to }) => source !== "asset" || !reached.has(to));
  const labelOf = (node: Node) => (language === "vi" ? (node.labelVi ?? node.label) : node.label);
  const detailOf = ({ kind, detail }: Node) =>
    detail === null ? "" : kind === "entity" ? entityKindText(detail, t) : detail;
  const open = (node: Node) => {
    const id = node.id.slice(node.id.indexOf(":") + 1);
    if (node.kind === "alert") void navigate({ to: "/alerts", search: { alert: id, status: "all" } });
    if (node.kind === "other_case") void navigate({ to: "/cases/$id", params: { id }, search: {} });
  };
  return (
    <section className="part-section" data-testid="case-graph">
      {graph.data.truncated && <p className="quiet">{t("case.graph.truncated")}</p>}
      <div className="case-graph" tabIndex={0} role="group" aria-label={t("case.graph.scroll")}>
        <svg
          width={COLUMNS.length * COLUMN_PX}
          height={height}
          role="img"
          aria-label={t("case.graph.label", { number: page.number })}
        >
          {drawn.map(({ from, to, source }) => {
            const [one, other] = [at.get(from), at.get(to)];
            if (one === undefined || other === undefined) return null;
            const [x1, y1, x2, y2] = [one.x + BOX_PX, one.y + BOX_HEIGHT_PX / 2, other.x, other.y + BOX_HEIGHT_PX / 2];
            const middle = (x1 + x2) / 2;
            return (
              <path
                key={`${from} ${to} ${source}`}
                className={`edge edge-${source}`}
                d={`M${x1} ${y1}C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`}
              />
            );
          })}
          {[...at.values()].map(({ node, x, y }) => (
            <g key={node.id} className={`node node-${node.kind}`} transform={`translate(${x} ${y})`}>
              <title>{[labelOf(node), detailOf(node)].join(" · ")}</title>
              <rect
                width={BOX_PX}
                height={BOX_HEIGHT_PX}
                rx="4"
                className={node.level === null ? undefined : `level-${node.level}`}
              />
              <text x="8" y="14">
                {cut(labelOf(node))}
              </text>
              <text x="8" y="27" className="detail">
                {cut(detailOf(node))}
              </text>
            </g>
          ))}
        </svg>
      </div>
      <div className="row section-head">
        <h2>{t("case.graph.edges")}</h2>
      </div>
      <ul className="case-edges">
        {graph.data.edges.map(({ from, to, source }) => {
          const [one, other] = [at.get(from)?.node, at.get(to)?.node];
          if (one === undefined || other === undefined) return null;
          return (
            <li key={`${from} ${to} ${source}`} className="small">
              {labelOf(one)} →{" "}
              {other.kind === "entity" || other.kind === "case" ? (
                labelOf(other)
              ) : (
                <button type="button" className="text-button" onClick={() => open(other)}>
                  {labelOf(other)}
                </button>
              )}{" "}
              <span className="quiet">{t(`case.edge.${source}`)}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
