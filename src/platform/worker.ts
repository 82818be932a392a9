/** URL of a worker entry beside the caller: `.ts` when running from source, `.js` when running the build. */
export function workerUrl(relativeWithoutExtension: string, callerUrl: string): URL {
  const extension = callerUrl.endsWith(".ts") ? ".ts" : ".js";
  return new URL(relativeWithoutExtension + extension, callerUrl);
}
