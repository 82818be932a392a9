import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useText } from "../../../../kit/i18n/text.tsx";
import { useToast } from "../../../../kit/toast.tsx";
import { api } from "../../../api/client.ts";
import type {
  FactorAdded,
  FactorOverview,
  Passkey,
  PasskeyCreation,
  RecoveryCodes,
  SessionList,
  TotpBegun,
} from "../../../api/types.ts";
import { createPasskey } from "../../../passkeys.ts";

const FACTORS = ["factors"] as const;
export const SESSIONS = ["own-sessions"] as const;
const pathOf = (passkey: Passkey) => `/session/passkeys/${encodeURIComponent(passkey.id)}`;

export function useFactors() {
  return useQuery({
    queryKey: FACTORS,
    queryFn: ({ signal }) => api.get<FactorOverview>("/session/factors", undefined, signal),
  });
}

function useChanged(said?: string) {
  const client = useQueryClient();
  const toast = useToast();
  const t = useText();
  return async () => {
    if (said !== undefined) toast.show({ text: t(said) });
    await client.invalidateQueries({ queryKey: FACTORS });
    await client.invalidateQueries({ queryKey: SESSIONS });
  };
}

/** The session itself knows whether a second factor is there: asked for again when all is shown. */
export function useSessionAgain(): () => void {
  const client = useQueryClient();
  return () => void client.invalidateQueries({ queryKey: ["session"] });
}

export function useBeginTotp() {
  return useMutation({ mutationFn: () => api.post<TotpBegun>("/session/totp/begin", {}) });
}

export function useConfirmTotp(onAdded: (added: FactorAdded) => void) {
  const changed = useChanged("factor.did.totp");
  return useMutation({
    mutationFn: (code: string) => api.post<FactorAdded>("/session/totp", { code }),
    onSuccess: async (added) => {
      onAdded(added);
      await changed();
    },
  });
}

export function useRemoveTotp(onDone: () => void) {
  const changed = useChanged("factor.did.remove");
  return useMutation({
    mutationFn: () => api.remove("/session/totp"),
    onSuccess: async () => {
      onDone();
      await changed();
    },
  });
}

export function useAddPasskey(onAdded: (added: FactorAdded) => void) {
  const changed = useChanged("factor.did.passkey");
  return useMutation({
    mutationFn: async (name: string) => {
      const options = await api.post<PasskeyCreation>("/session/passkeys/begin", {});
      return api.post<FactorAdded>("/session/passkeys", { name, passkey: await createPasskey(options) });
    },
    onSuccess: async (added) => {
      onAdded(added);
      await changed();
    },
  });
}

export function useRenamePasskey(passkey: Passkey, onDone: () => void) {
  const changed = useChanged();
  return useMutation({
    mutationFn: (name: string) => api.patch<void>(pathOf(passkey), { name }),
    onSuccess: async () => {
      onDone();
      await changed();
    },
  });
}

export function useRemovePasskey(passkey: Passkey, onDone: () => void) {
  const changed = useChanged("factor.did.remove");
  return useMutation({
    mutationFn: () => api.remove(pathOf(passkey)),
    onSuccess: async () => {
      onDone();
      await changed();
    },
  });
}

export function useRenewCodes(onRenewed: (codes: RecoveryCodes) => void) {
  const changed = useChanged();
  return useMutation({
    mutationFn: () => api.post<RecoveryCodes>("/session/recovery-codes", {}),
    onSuccess: async (codes) => {
      onRenewed(codes);
      await changed();
    },
  });
}

export function useOwnSessions() {
  return useQuery({
    queryKey: SESSIONS,
    queryFn: ({ signal }) => api.get<SessionList>("/session/list", undefined, signal),
  });
}
