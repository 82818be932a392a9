import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { allowSingleKeys } from "../keys/dispatch.ts";
import { activateLanguage } from "../../kit/i18n/text.tsx";
import { api, ApiFault, rememberCsrfToken } from "./client.ts";
import { applyTheme, rememberLanguage } from "../preferences.ts";
import type { ProfileChange, Session } from "./types.ts";

const SESSION = ["session"] as const;

/** What the signed-in person chose applies as soon as it is known, on every device. */
async function adopt(session: Session): Promise<Session> {
  rememberCsrfToken(session.csrfToken);
  applyTheme(session.user.theme);
  allowSingleKeys(session.user.shortcuts);
  rememberLanguage(session.user.language);
  await activateLanguage(session.user.language);
  return session;
}

declare global {
  interface Window {
    /** The first asking for the session, which public/boot.js begins while the scripts are still being read. */
    begunSession?: Promise<Response>;
  }
}

function askForSession(): Promise<Session> {
  const { begunSession } = window;
  if (begunSession === undefined) return api.get<Session>("/session");
  delete window.begunSession;
  return api.begun<Session>("/session", begunSession);
}

async function fetchSession(): Promise<Session | null> {
  try {
    return await adopt(await askForSession());
  } catch (error) {
    if (error instanceof ApiFault && error.status === 401) return null;
    throw error;
  }
}

export function useSessionQuery() {
  return useQuery({ queryKey: SESSION, queryFn: fetchSession, staleTime: Number.POSITIVE_INFINITY, retry: false });
}

/** Only under the signed-in frame, where a session always exists. */
export function useSession(): Session {
  const { data } = useSessionQuery();
  if (data === undefined || data === null) throw new Error("no session in a signed-in part of the console");
  return data;
}

export function useMay(): (permission: string) => boolean {
  const { permissions } = useSession();
  return useCallback((permission) => permissions.includes(permission), [permissions]);
}

export function useSessionActions() {
  const client = useQueryClient();
  return {
    enter: async (session: Session) => {
      client.setQueryData(SESSION, await adopt(session));
    },
    changeProfile: async (change: ProfileChange) => {
      client.setQueryData(SESSION, await adopt(await api.patch<Session>("/session/profile", change)));
    },
    signOut: async () => {
      await api.remove("/session");
      // The page watches this very entry: it must be told, not replaced. Everything else the person saw is forgotten.
      client.setQueryData(SESSION, null);
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== SESSION[0] });
    },
  };
}
