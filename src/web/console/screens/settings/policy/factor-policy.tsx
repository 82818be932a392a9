import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useText } from "../../../../kit/i18n/text.tsx";
import { SavedCheck } from "../../../../kit/saved-check.tsx";
import { Skeleton } from "../../../../kit/skeleton.tsx";
import { useToast } from "../../../../kit/toast.tsx";
import { api } from "../../../api/client.ts";
import type { FactorPolicy, Role, UserList } from "../../../api/types.ts";
import { FaultView } from "../../../fault-view.tsx";
import { useRoleName } from "../role-words.ts";
import { useRoles } from "../roles/use-roles.ts";

const KEY = ["sign-in-policy"] as const;

function useFactorPolicy() {
  const client = useQueryClient();
  const toast = useToast();
  const t = useText();
  const policy = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api.get<FactorPolicy>("/sign-in-policy", undefined, signal),
  });
  const save = useMutation({
    mutationFn: (secondFactor: readonly string[]) => api.put<FactorPolicy>("/sign-in-policy", { secondFactor }),
    onSuccess: async (saved) => {
      client.setQueryData(KEY, saved);
      toast.show({ text: t("policy.did.save") });
      await client.invalidateQueries({ queryKey: ["users"] });
      await client.invalidateQueries({ queryKey: ["session"] });
    },
  });
  return { policy, save };
}

/** How many people of a role would have to set one up. */
function useWithout(): (role: string) => number {
  const users = useQuery({
    queryKey: ["users"],
    queryFn: ({ signal }) => api.get<UserList>("/users", undefined, signal),
  });
  const items = users.data?.items ?? [];
  return (role) =>
    items.filter((user) => user.role === role && !user.disabled && !user.factors.totp && user.factors.passkeys === 0)
      .length;
}

export function FactorPolicySection() {
  const t = useText();
  const roleName = useRoleName();
  const roles = useRoles();
  const without = useWithout();
  const { policy, save } = useFactorPolicy();
  const required = policy.data?.secondFactor ?? [];
  const toggle = ({ id }: Role, on: boolean) =>
    save.mutateAsync(on ? [...required, id] : required.filter((one) => one !== id));
  return (
    <section data-testid="factor-policy">
      <h2>{t("policy.factor")}</h2>
      <p className="quiet">{t("policy.factor.lead")}</p>
      {(policy.isPending || roles.isPending) && <Skeleton />}
      {policy.isError && <FaultView error={policy.error} onRetry={() => void policy.refetch()} />}
      {save.isError && <FaultView error={save.error} />}
      <div className="policy-roles">
        {policy.isSuccess &&
          (roles.data?.items ?? []).map((role) => (
            <label key={role.id} className="check">
              <SavedCheck
                name={role.id}
                checked={required.includes(role.id)}
                disabled={save.isPending}
                save={(on) => toggle(role, on)}
              />
              <span>
                {roleName(role.id, role.name)}
                <span className="quiet small">
                  {role.people === 0
                    ? t("policy.factor.nobody")
                    : t("policy.factor.without", { n: without(role.id), all: role.people })}
                </span>
              </span>
            </label>
          ))}
      </div>
    </section>
  );
}
