/** On which line of a JSON text each object of its outermost list begins: JSON.parse does not tell. */
export function linesOfItems(text: string): readonly number[] {
  const lines: number[] = [];
  let line = 1;
  let depth = 0;
  /** Depth of the objects of the list: the first list that is met holds them. */
  let listDepth: number | undefined;
  let inText = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (char === "\n") line += 1;
    else if (inText) {
      if (char === "\\") at += 1;
      else if (char === '"') inText = false;
    } else if (char === '"') inText = true;
    else if (char === "[" || char === "{") {
      if (char === "{" && depth === listDepth) lines.push(line);
      depth += 1;
      if (char === "[") listDepth ??= depth;
    } else if (char === "]" || char === "}") depth -= 1;
  }
  return lines;
}

/** The line of a syntax error, as engines tell the place. */
export function lineOfError(text: string, message: string): number {
  const position = /position (\d+)/u.exec(message)?.[1];
  if (position === undefined) return 1;
  return text.slice(0, Number(position)).split("\n").length;
}
