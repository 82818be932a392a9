import { Fault } from "../../../kernel/index.ts";
import { type Route, route } from "../../http/index.ts";
import { acting } from "../acting.ts";
import { IMPORTS_PER_MINUTE } from "../limits.ts";
import type { PeopleImport } from "./people-import.ts";
import * as schemas from "./schemas.ts";

export function peopleImportRoutes(imports: PeopleImport, hasProvider: boolean): Route[] {
  return [
    route({
      method: "POST",
      path: "/api/v1/users/import/preview",
      summary: "What an import of people from CSV would do, and every line that is wrong; nothing is written",
      access: "users.admin",
      audit: "auth.import.previewed",
      ratePerMinute: IMPORTS_PER_MINUTE,
      body: schemas.PeopleImportRequest,
      reply: schemas.PeopleImportPreview,
      handle: (asked) => imports.preview(asked.body, acting(asked)),
    }),
    route({
      method: "POST",
      path: "/api/v1/users/import",
      summary: "Adds and changes people from CSV, all of the file or nothing; the answer holds first passwords",
      access: "users.admin",
      audit: "own",
      stepUp: true,
      ratePerMinute: IMPORTS_PER_MINUTE,
      body: schemas.PeopleImportApply,
      reply: schemas.PeopleImported,
      handle: async (asked) => {
        if (asked.body.passwords === "none" && !hasProvider) {
          throw new Fault("invalid", "auth.password.needed", "without an identity provider passwords are needed");
        }
        return imports.apply(asked.body, acting(asked), asked.signal);
      },
    }),
  ];
}
