import { SEVERITIES, type Severity, toIso } from "../../kernel/index.ts";
import type { Texts } from "../texts.ts";

const WIDTH = 1040;
const HEIGHT = 160;
const BOTTOM = 24;
const LEFT = 44;
const BUCKETS = 80;

/** Findings over time as stacked bars, most severe at the bottom; a text alternative says the same. */
export function timelineSvg(points: readonly { time: number; level: Severity }[], texts: Texts): string {
  if (points.length === 0) return "";
  const from = points.reduce((min, { time }) => Math.min(min, time), Number.POSITIVE_INFINITY);
  const to = points.reduce((max, { time }) => Math.max(max, time), Number.NEGATIVE_INFINITY);
  const bucketMs = Math.max(1, Math.ceil((to - from + 1) / BUCKETS));
  const buckets = new Map<number, Map<Severity, number>>();
  for (const { time, level } of points) {
    const index = Math.floor((time - from) / bucketMs);
    const bucket = buckets.get(index) ?? new Map<Severity, number>();
    bucket.set(level, (bucket.get(level) ?? 0) + 1);
    buckets.set(index, bucket);
  }
  const highest = Math.max(...[...buckets.values()].map((bucket) => sum(bucket.values())));
  const bars = [...buckets]
    .sort(([a], [b]) => a - b)
    .flatMap(([index, bucket]) => barOf({ index, bucket, from, bucketMs, highest }));
  const alternative = texts.say("scan.report.timeline.alt", { n: points.length, from: toIso(from), to: toIso(to) });
  return (
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${attribute(alternative)}" class="timeline">\n` +
    `<line x1="${LEFT}" x2="${WIDTH}" y1="${HEIGHT - BOTTOM}" y2="${HEIGHT - BOTTOM}" class="axis"/>\n` +
    `<text x="${LEFT - 6}" y="14" text-anchor="end">${highest}</text><text x="${LEFT - 6}" y="${HEIGHT - BOTTOM}" text-anchor="end">0</text>\n` +
    `<text x="${LEFT}" y="${HEIGHT - 6}">${toIso(from).slice(0, 19)}Z</text><text x="${WIDTH}" y="${HEIGHT - 6}" text-anchor="end">${toIso(to).slice(0, 19)}Z</text>\n` +
    `${bars.join("\n")}\n</svg>\n`
  );
}

function barOf(one: {
  index: number;
  bucket: ReadonlyMap<Severity, number>;
  from: number;
  bucketMs: number;
  highest: number;
}): string[] {
  const step = (WIDTH - LEFT) / BUCKETS;
  const room = HEIGHT - BOTTOM - 8;
  let y = HEIGHT - BOTTOM;
  return SEVERITIES.toReversed().flatMap((level) => {
    const count = one.bucket.get(level) ?? 0;
    if (count === 0) return [];
    const height = Math.max(1.5, (count / one.highest) * room);
    y -= height;
    const title = `${toIso(one.from + one.index * one.bucketMs).slice(0, 19)}Z · ${level} ${count}`;
    return [
      `<rect class="${level}" x="${(LEFT + one.index * step).toFixed(1)}" y="${y.toFixed(1)}" width="${Math.max(2, step - 1).toFixed(1)}" height="${height.toFixed(1)}"><title>${title}</title></rect>`,
    ];
  });
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function attribute(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
