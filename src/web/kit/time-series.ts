/** Cumulative sums, bottom layer first: each row is the upper edge of its layer. */
export function stackedSeries(layers: readonly (readonly number[])[]): number[][] {
  const length = layers[0]?.length ?? 0;
  const below = new Array<number>(length).fill(0);
  return layers.map((values) =>
    values.map((value, index) => {
      below[index] = (below[index] ?? 0) + value;
      return below[index];
    }),
  );
}
