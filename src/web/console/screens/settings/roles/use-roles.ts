import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useText } from "../../../../kit/i18n/text.tsx";
import { useToast } from "../../../../kit/toast.tsx";
import { api } from "../../../api/client.ts";
import { useMay } from "../../../api/session.ts";
import type { Role, RoleList } from "../../../api/types.ts";

const KEY = ["roles"] as const;

export function useRoles() {
  const may = useMay();
  return useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api.get<RoleList>("/roles", undefined, signal),
    enabled: may("users.admin"),
  });
}

export interface RoleDraft {
  readonly name: string;
  readonly note: string;
  readonly permissions: readonly string[];
}

function useDone(said: string, onDone: () => void) {
  const client = useQueryClient();
  const toast = useToast();
  const t = useText();
  return async () => {
    toast.show({ text: t(said) });
    await client.invalidateQueries({ queryKey: KEY });
    await client.invalidateQueries({ queryKey: ["session"] });
    onDone();
  };
}

export function useSaveRole(role: Role | undefined, onDone: () => void) {
  const path = `/roles/${encodeURIComponent(role?.id ?? "")}`;
  return useMutation({
    mutationFn: ({ draft, version }: { draft: RoleDraft; version: number }) => {
      const { name, note, permissions } = draft;
      if (role === undefined) return api.post<Role>("/roles", draft);
      return api.put<Role>(path, { version, note, permissions, ...(role.builtIn ? {} : { name }) });
    },
    onSuccess: useDone("roles.did.save", onDone),
  });
}

export function useRemoveRole(role: Role, onDone: () => void) {
  return useMutation({
    mutationFn: () => api.remove(`/roles/${encodeURIComponent(role.id)}`),
    onSuccess: useDone("roles.did.remove", onDone),
  });
}
