import type { BrowserContext } from "playwright-core";
import { ApiClient } from "../../flows/api-client.ts";
import { PASSWORD } from "../../flows/server.ts";
import type { Look } from "./look.ts";

export type Role = "admin" | "analyst" | "viewer" | "lead";

export interface Person {
  readonly username: string;
  readonly displayName: string;
  readonly role: Role;
  readonly disabled?: boolean;
}

/** A shift of a provincial operator; the second analyst's name is as long as names get. */
export const SHIFT = {
  admin: { username: "duong.nguyen", displayName: "Nguyễn Thị Thùy Dương", role: "admin" },
  analyst: { username: "bao.tran", displayName: "Trần Quốc Bảo", role: "analyst" },
  colleague: { username: "anh.ton", displayName: "Tôn Nữ Hoàng Phương Nguyệt Ánh", role: "analyst" },
  viewer: { username: "khoa.pham", displayName: "Phạm Đăng Khoa", role: "viewer" },
  former: { username: "khue.vo", displayName: "Võ Minh Khuê", role: "viewer", disabled: true },
} as const satisfies Record<string, Person>;

interface User {
  readonly id: string;
  readonly username: string;
}

/** Creates everyone else through the API, as the first administrator does. */
export async function hire(admin: ApiClient): Promise<void> {
  for (const { username, displayName, role, ...rest } of Object.values<Person>(SHIFT)) {
    if (username === SHIFT.admin.username) continue;
    const { body, status, text } = await admin.post<User>("/api/v1/users", {
      username,
      displayName,
      role,
      language: "vi",
      password: PASSWORD,
    });
    if (status >= 300) throw new Error(`user ${username}: ${text}`);
    if (rest.disabled === true) await patch(admin, `/api/v1/users/${body.id}`, { disabled: true });
  }
}

export function patch(client: ApiClient, path: string, value: unknown) {
  return client.ask("PATCH", path, { body: JSON.stringify(value), headers: { "content-type": "application/json" } });
}

/** Gives the browser a session of this person, who likes it this way. */
export async function signIn(
  context: BrowserContext,
  url: URL,
  { person, look }: { person: Person; look: Look },
): Promise<void> {
  const answer = await context.request.post(new URL("/api/v1/session", url).href, {
    data: { username: person.username, password: PASSWORD },
  });
  if (!answer.ok()) throw new Error(`sign-in of ${person.username}: ${answer.status()}`);
  const { csrfToken } = (await answer.json()) as { csrfToken: string };
  await context.request.patch(new URL("/api/v1/session/profile", url).href, {
    headers: { "x-csrf-token": csrfToken },
    data: { language: look.language, theme: look.theme },
  });
}
