const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/**
 * Shows that something slow is under way: a spinner with seconds on a terminal, one line at start and end elsewhere.
 * @template T
 * @param {string} label
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withProgress(label, work) {
  const began = Date.now();
  const seconds = () => Math.round((Date.now() - began) / 1000);
  const stop = process.stderr.isTTY ? spin(label, seconds) : announce(label);
  try {
    const result = await work();
    stop(`✓ ${label} (${((Date.now() - began) / 1000).toFixed(1)} s)`);
    return result;
  } catch (error) {
    stop(`✗ ${label}`);
    throw error;
  }
}

/** @param {string} label @param {() => number} seconds */
function spin(label, seconds) {
  let frame = 0;
  const draw = () => process.stderr.write(`\r\u001b[2K${FRAMES[frame++ % FRAMES.length]} ${label} ${seconds()} s`);
  draw();
  const timer = setInterval(draw, 100);
  return (/** @type {string} */ last) => {
    clearInterval(timer);
    process.stderr.write(`\r\u001b[2K${last}\n`);
  };
}

/** @param {string} label */
function announce(label) {
  process.stderr.write(`… ${label}\n`);
  return (/** @type {string} */ last) => void process.stderr.write(`${last}\n`);
}
