import { Readable } from "node:stream";
import { type Route, route } from "../../../platform/http/index.ts";
import { z } from "../../../platform/schema/index.ts";
import { layerOf } from "./layer.ts";
import { type CoveredRule, matrixOf } from "./matrix.ts";
import { AttackMatrix, AttackQuery } from "./schemas.ts";
import { ATTACK_ATTRIBUTION, type AttackTables } from "./table.ts";

export interface AttackDeps {
  readonly tables: AttackTables;
  /** Every rule the library knows, with what it is worth now. */
  readonly rules: () => Promise<readonly CoveredRule[]>;
}

export function attackRoutes({ tables, rules }: AttackDeps): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/attack/matrix",
      summary: "ATT&CK coverage: rules, what runs, what gets data, what fired",
      access: "rules.read",
      audit: "read",
      query: AttackQuery,
      reply: AttackMatrix,
      handle: async ({ query }) => {
        const matrix = matrixOf(await rules(), tables, query.domain);
        return {
          ...matrix,
          attribution: ATTACK_ATTRIBUTION,
          unknown: [...matrix.unknown],
          tactics: matrix.tactics.map((tactic) => ({
            ...tactic,
            techniques: tactic.techniques.map((one) => ({ ...one, subtechniques: [...one.subtechniques] })),
          })),
        };
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/attack/layer",
      summary: "ATT&CK coverage as a Navigator layer (format 4.5)",
      access: "rules.read",
      audit: "read",
      query: AttackQuery,
      reply: z.any(),
      handle: async ({ query }) => {
        const layer = layerOf(matrixOf(await rules(), tables, query.domain), `Khiên ${query.domain}`);
        return {
          download: Readable.from([`${JSON.stringify(layer, null, 2)}\n`], { objectMode: false }),
          contentType: "application/json",
          fileName: `khien-attack-${query.domain}.json`,
        };
      },
    }),
  ];
}
