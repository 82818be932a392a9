import { hasText, useText } from "../../../kit/i18n/text.tsx";

/** Built-in roles are named by the catalogue, own ones by who made them. */
export function useRoleName(): (id: string, name: string | null) => string {
  const t = useText();
  return (id, name) => name ?? (hasText(`role.${id}`) ? t(`role.${id}`) : id);
}

/** What a permission lets one do, in plain words. */
export function usePermissionText(): (permission: string) => string {
  const t = useText();
  return (permission) => (hasText(`perm.${permission}`) ? t(`perm.${permission}`) : permission);
}

/** Permissions by the part of the product they concern, in the order of the list. */
export function byArea(permissions: readonly string[]): [string, string[]][] {
  const areas = new Map<string, string[]>();
  for (const permission of permissions) {
    const area = permission.split(".")[0] ?? permission;
    areas.set(area, [...(areas.get(area) ?? []), permission]);
  }
  return [...areas];
}
