import type { BrowserContext } from "playwright-core";
import { ApiClient } from "../../flows/api-client.ts";
import { PASSWORD, type TestServer } from "../../flows/server.ts";
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

/** Everyone of the shift, with passwords of their own: what the command line does. */
export async function hire({ server }: TestServer): Promise<void> {
  for (const { username, displayName, role } of Object.values<Person>(SHIFT)) {
    await server.parts.auth.service.addUser({ username, displayName, role, language: "vi", password: PASSWORD });
  }
}

export async function dismiss(admin: ApiClient): Promise<void> {
  const { items } = await admin.get<{ items: User[] }>("/api/v1/users");
  const former = Object.values<Person>(SHIFT).filter(({ disabled }) => disabled === true);
  for (const { id, username } of items) {
    if (former.some((one) => one.username === username)) await patch(admin, `/api/v1/users/${id}`, { disabled: true });
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
