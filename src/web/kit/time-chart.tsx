import "uplot/dist/uPlot.min.css";
import "./chart.css";
import { type ReactNode, useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import { IconButton } from "./button.tsx";
import { type Format, useFormat } from "./i18n/format.ts";
import { useLanguage, useText } from "./i18n/text.tsx";
import { stackedSeries } from "./time-series.ts";

export interface Layer {
  readonly id: string;
  readonly label: string;
  /** A custom property of tokens.css. */
  readonly colour: string;
  readonly values: readonly number[];
}

/** What is usual, behind the bars of a single layer; null where nobody knows. */
export interface UsualBand {
  readonly label: string;
  readonly low: readonly (number | null)[];
  readonly high: readonly (number | null)[];
}

export interface TimeChartProps {
  readonly title: ReactNode;
  /** One sentence that says what the picture shows. */
  readonly alt: string;
  readonly starts: readonly number[];
  readonly bucketMs: number;
  /** Several layers are stacked: only where the sum matters. */
  readonly layers: readonly Layer[];
  readonly band?: UsualBand | undefined;
  readonly height?: number;
  readonly onBrush?: (fromMs: number, toMs: number) => void;
  readonly extra?: ReactNode;
}

const DAY_S = 86_400;
const MIN_BRUSH_PX = 4;
const LABEL_PX = 70;
/** Counts have no halves. */
const WHOLE_STEPS = [1, 2, 5]
  .flatMap((step) => Array.from({ length: 10 }, (_, power) => step * 10 ** power))
  .sort((a, b) => a - b);

function dayLabel(format: Format, at: Date): string {
  return format.date(at).replace(/[/ ]\d{4}$/u, "");
}

function axisLabels(format: Format, plot: uPlot, splits: number[]): string[] {
  const span = (plot.scales["x"]?.max ?? 0) - (plot.scales["x"]?.min ?? 0);
  return splits.map((split) => {
    const at = new Date(split * 1000);
    const midnight = at.getHours() === 0 && at.getMinutes() === 0;
    if (span > 2 * DAY_S || midnight) return dayLabel(format, at);
    return span < 300 ? format.clock(at) : format.clock(at).slice(0, 5);
  });
}

/** Days are those of UTC wherever one looks from: the label stands under its bar and names the day most of it lies in. */
function dayAxis(format: Format): Pick<uPlot.Axis, "align" | "splits" | "values"> {
  return {
    align: 1,
    splits: (plot) => {
      const starts = [...(plot.data[0] ?? [])];
      const room = Math.max(1, Math.floor(plot.bbox.width / devicePixelRatio / LABEL_PX));
      const every = Math.ceil(starts.length / room);
      return starts.filter((_, index) => index % every === 0);
    },
    values: (_plot, splits) => splits.map((split) => dayLabel(format, new Date((split + DAY_S / 2) * 1000))),
  };
}

type Colour = (name: string) => string;

function themeColours(): Colour {
  const style = getComputedStyle(document.documentElement);
  return (name) => style.getPropertyValue(name).trim();
}

function axesFor(bucketMs: number, format: Format, colour: Colour): uPlot.Axis[] {
  const axis: uPlot.Axis = {
    stroke: colour("--ink-2"),
    font: `11px ${colour("--sans")}`,
    grid: { stroke: colour("--line"), width: 1 },
    ticks: { show: false },
  };
  return [
    {
      ...axis,
      grid: { show: false },
      size: 24,
      gap: 4,
      space: LABEL_PX,
      values: (plot, splits) => axisLabels(format, plot, splits),
      ...(bucketMs === DAY_S * 1000 ? dayAxis(format) : {}),
    },
    {
      ...axis,
      size: 56,
      gap: 6,
      space: 34,
      incrs: WHOLE_STEPS,
      values: (_plot, splits) => splits.map((split) => format.number(split)),
    },
  ];
}

function seriesFor(layers: readonly Layer[], colour: Colour): uPlot.Series[] {
  const bars = uPlot.paths.bars?.({ size: [0.86, 40], align: 1 });
  const area = uPlot.paths.stepped?.({ align: 1 });
  const paths = layers.length > 1 ? area : bars;
  const filled = layers.toReversed().map(
    (layer): uPlot.Series => ({
      stroke: colour(layer.colour),
      fill: colour(layer.colour),
      width: 0,
      points: { show: false },
      ...(paths === undefined ? {} : { paths }),
    }),
  );
  return [{}, ...filled];
}

/** The edges of the band are drawn as steps over the bars, the space between them is filled. */
function bandParts(colour: Colour): { series: uPlot.Series[]; bands: uPlot.Band[] } {
  const steps = uPlot.paths.stepped?.({ align: 1 });
  const edge: uPlot.Series = {
    stroke: colour("--line-2"),
    width: 1,
    points: { show: false },
    ...(steps === undefined ? {} : { paths: steps }),
  };
  return { series: [edge, edge], bands: [{ series: [3, 2], fill: `${colour("--line-2")}2e` }] };
}

interface Reactions {
  readonly onHover: (index: number | null) => void;
  readonly onSpan: ((fromMs: number, toMs: number) => void) | undefined;
}

function optionsFor(props: TimeChartProps, format: Format, { onHover, onSpan }: Reactions): uPlot.Options {
  const colour = themeColours();
  const band = props.band === undefined ? { series: [], bands: [] } : bandParts(colour);
  const tail = props.layers.length > 1 ? 0 : props.bucketMs / 1000;
  return {
    width: 0,
    height: props.height ?? 150,
    legend: { show: false },
    padding: [8, 22, 0, 0],
    cursor: { y: false, points: { show: false }, drag: { x: onSpan !== undefined, y: false, setScale: false } },
    scales: {
      // Up to the end of the last bucket: the newest figures are the ones looked for. Of a single point uPlot knows no end.
      x: { range: (_plot, min, max) => [min, (tail > 0 && props.starts.length === 1 ? min : max) + tail] },
      y: { range: (_plot, _min, max) => [0, Math.max(1, max * 1.05)] },
    },
    axes: axesFor(props.bucketMs, format, colour),
    series: [...seriesFor(props.layers, colour), ...band.series],
    bands: band.bands,
    hooks: {
      setCursor: [(plot) => onHover(plot.cursor.idx ?? null)],
      setSelect: [
        (plot) => {
          if (plot.select.width < MIN_BRUSH_PX) return;
          const { left, width } = plot.select;
          onSpan?.(plot.posToVal(left, "x") * 1000, plot.posToVal(left + width, "x") * 1000);
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
    },
  };
}

/** A click without a drag chooses the bucket under it. */
function chooseOnClick(plot: uPlot, props: TimeChartProps): void {
  let downAt = 0;
  plot.over.addEventListener("pointerdown", (event) => {
    downAt = event.clientX;
  });
  plot.over.addEventListener("click", (event) => {
    const start = props.starts[plot.cursor.idx ?? -1];
    if (start === undefined || Math.abs(event.clientX - downAt) >= MIN_BRUSH_PX) return;
    props.onBrush?.(start, start + props.bucketMs);
  });
}

/** A stepped area needs one point more, where the last bucket ends. */
function plotData(starts: readonly number[], layers: readonly Layer[], bucketMs: number): uPlot.AlignedData {
  const seconds = starts.map((start) => start / 1000);
  const edges = stackedSeries(layers.map((layer) => layer.values)).toReversed();
  const last = seconds.at(-1);
  if (layers.length < 2 || last === undefined) return [seconds, ...edges];
  return [[...seconds, last + bucketMs / 1000], ...edges.map((edge) => [...edge, edge.at(-1) ?? 0])];
}

function usualText({ low, high }: UsualBand, at: number, format: Format): string {
  const [from, to] = [low[at], high[at]];
  return from === null || from === undefined || to === null || to === undefined
    ? "—"
    : `${format.number(Math.floor(from))}–${format.number(Math.ceil(to))}`;
}

function ChartTable({ starts, layers, band }: Pick<TimeChartProps, "starts" | "layers" | "band">) {
  const t = useText();
  const format = useFormat();
  return (
    // A scrollable region must be reachable by keyboard
    <div className="chart-table" tabIndex={0} role="region" aria-label={t("chart.table")}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t("chart.from")}</th>
            {layers.map((layer) => (
              <th key={layer.id} scope="col" className="num">
                {layer.label}
              </th>
            ))}
            {band !== undefined && (
              <th scope="col" className="num">
                {band.label}
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {starts.map((start, index) => (
            <tr key={start}>
              <td>{format.exact(new Date(start))}</td>
              {layers.map((layer) => (
                <td key={layer.id} className="num">
                  {format.number(layer.values[index] ?? 0)}
                </td>
              ))}
              {band !== undefined && <td className="num">{usualText(band, index, format)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Bars for one series, a stacked area for several. Zero-based, bucket size stated, always with a table behind it. */
export function TimeChart(props: TimeChartProps) {
  const t = useText();
  const format = useFormat();
  const language = useLanguage();
  const holder = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const [asTable, setAsTable] = useState(false);
  const [hover, setHover] = useState<number | null>(null);
  const [paint, setPaint] = useState(0);

  useEffect(() => {
    const repaint = () => setPaint((count) => count + 1);
    const observer = new MutationObserver(repaint);
    observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    const media = matchMedia("(prefers-color-scheme: dark)");
    media.addEventListener("change", repaint);
    return () => {
      observer.disconnect();
      media.removeEventListener("change", repaint);
    };
  }, []);

  const { starts, layers, band } = props;
  useEffect(() => {
    const element = holder.current;
    if (element === null || asTable) return undefined;
    const edges = band === undefined ? [] : [[...band.low], [...band.high]];
    const data = [...plotData(starts, layers, latest.current.bucketMs), ...edges] as uPlot.AlignedData;
    const options = optionsFor(latest.current, format, { onHover: setHover, onSpan: latest.current.onBrush });
    const plot = new uPlot({ ...options, width: element.clientWidth }, data, element);
    chooseOnClick(plot, latest.current);
    const resize = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: options.height }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      plot.destroy();
    };
  }, [starts, layers, band, asTable, format, language, paint]);

  const bucket = format.duration(props.bucketMs / 1000);
  const start = hover === null ? undefined : starts[hover];
  const tip =
    start === undefined
      ? t("chart.bucket", { d: bucket })
      : `${format.brief(new Date(start))} · ${layers.map((layer) => (layers.length === 1 ? "" : `${layer.label} `) + format.number(layer.values[hover ?? 0] ?? 0)).join(" · ")}${band === undefined ? "" : ` · ${band.label} ${usualText(band, hover ?? 0, format)}`}`;
  return (
    <figure className="chart" data-testid="chart">
      <div className="chart-head">
        {props.title}
        <span className="chart-tip grow">{tip}</span>
        {props.extra}
        <IconButton
          icon={asTable ? "chart" : "table"}
          label={asTable ? t("chart.as_chart") : t("chart.as_table")}
          aria-pressed={asTable}
          onClick={() => setAsTable(!asTable)}
        />
      </div>
      {asTable ? (
        <ChartTable starts={starts} layers={layers} band={band} />
      ) : (
        <div ref={holder} role="img" aria-label={props.alt} />
      )}
    </figure>
  );
}
