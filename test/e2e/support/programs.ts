/** Programs with accounts: one in the middle of a rotation and at work, one that was forgotten by somebody who left. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { RECORDS_FILE } from "../../../src/platform/audit/index.ts";
import { ApiClient } from "../../flows/api-client.ts";
import { PASSWORD } from "../../flows/server.ts";
import { patch } from "./people.ts";
import type { Stage } from "./stage.ts";

const FORGOTTEN_MS = 200 * 86_400_000;

interface Made {
  readonly account: { readonly id: string };
  readonly secret: string;
}

export async function employPrograms({ server, admin }: Stage): Promise<void> {
  const { user: me } = await admin.get<{ user: { id: string } }>("/api/v1/session");
  const { body: gone } = await admin.post<{ id: string }>("/api/v1/users", {
    username: "dung.vo",
    displayName: "Võ Tiến Dũng",
    role: "analyst",
    password: PASSWORD,
  });
  const employ = (part: object) => admin.post<Made>("/api/v1/service-accounts", part);
  const { body: forgotten } = await employ({
    name: "Đồng bộ tài sản <b>CMDB</b>",
    description: "Chạy mỗi đêm trên máy chủ quản lý tài sản, máy lẻ 118.",
    owner: gone.id,
    role: "analyst-2",
    expiresInDays: 30,
  });
  const { body: busy } = await employ({
    name: "Bảng điều hành phòng họp giao ban",
    description: "",
    owner: me.id,
    role: "viewer",
  });
  await new ApiClient(server.url, { authorization: `Bearer ${busy.secret}` }).get("/api/v1/alerts");
  await admin.post(`/api/v1/service-accounts/${busy.account.id}/secrets`, { graceHours: 168 });
  await patch(admin, `/api/v1/users/${gone.id}`, { disabled: true });
  const records = new DatabaseSync(join(server.dataDir, RECORDS_FILE), { timeout: 5_000 });
  records
    .prepare("UPDATE auth_service_secrets SET created_at = created_at - ? WHERE account_id = ?")
    .run(FORGOTTEN_MS, forgotten.account.id);
  records.close();
}
