/** A failure we expected: what happened, what the tool said, what to do. */
export class Trouble extends Error {
  /**
   * @param {string} message what happened, one line
   * @param {{ todo: string, output?: string }} details
   */
  constructor(message, { todo, output }) {
    super(message);
    this.todo = todo;
    this.output = output;
  }
}

/** @param {unknown} error */
export function explain(error) {
  if (!(error instanceof Trouble)) {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    return;
  }
  if (error.output) process.stderr.write(`${error.output.trimEnd()}\n\n`);
  process.stderr.write(`khien: ${error.message}\n  → ${error.todo}\n`);
}
