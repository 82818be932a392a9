/** Minutes of a day as a field for times takes them: `07:30`. */
export function clockOf(minutes: number): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}`;
}

export function minutesOf(text: string): number | undefined {
  const match = /^(\d{1,2}):(\d{2})/u.exec(text);
  if (match === null) return undefined;
  const minutes = Number(match[1]) * 60 + Number(match[2]);
  return minutes < 1_440 ? minutes : undefined;
}
