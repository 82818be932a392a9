#!/usr/bin/env node
// The one entry: `khien …`, `npm start`, `npm test`. Plain JavaScript that any Node.js from 18 on can run.
// It makes the checkout ready (runtime, packages, build), each only when needed, then becomes the program.
// Everything it says goes to stderr: stdout belongs to the program.
import { enterRuntime } from "./bootstrap/runtime.mjs";
import { prepare } from "./bootstrap/prepare.mjs";
import { explain } from "./bootstrap/trouble.mjs";

const args = process.argv.slice(2);
try {
  const entered = await enterRuntime(args);
  if (entered) await prepare(args);
} catch (error) {
  explain(error);
  process.exitCode = 1;
}
