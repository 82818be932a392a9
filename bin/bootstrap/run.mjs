import { spawn } from "node:child_process";

/** Output kept of a command, from its end: enough to see why it failed. */
const KEPT_OUTPUT_CHARS = 64 * 1024;

/**
 * Runs a command quietly and gives its exit code and everything it said.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, args, { cwd, env = process.env }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const keep = (/** @type {string} */ text) => {
      output = (output + text).slice(-KEPT_OUTPUT_CHARS);
    };
    child.stdout.setEncoding("utf8").on("data", keep);
    child.stderr.setEncoding("utf8").on("data", keep);
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}
