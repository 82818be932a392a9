/** The one door to zod: shapes of requests, responses and content are declared with it and nowhere else. */
export { z } from "zod";
export type { ZodType } from "zod";
