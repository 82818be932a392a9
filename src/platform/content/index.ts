/**
 * Content folders: rules, parsers, scenarios, texts. Whatever is wrong with one file rejects that file, is told with
 * file and line, and leaves the rest standing.
 */
export { CONTENT_LIMITS, type ContentLimits } from "./limits.ts";
export { type ContentFile, type ContentSource, type Judged, type Loaded, loadContent } from "./load.ts";
