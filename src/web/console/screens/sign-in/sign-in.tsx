import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useText } from "../../../kit/i18n/text.tsx";
import { api } from "../../api/client.ts";
import { useSessionActions } from "../../api/session.ts";
import type { PendingSignIn, SetupState } from "../../api/types.ts";
import { Door } from "./door.tsx";
import { FirstStep } from "./first-step.tsx";
import { SecondStep } from "./second-step.tsx";

export function SignIn() {
  const t = useText();
  const { enter } = useSessionActions();
  const [owed, setOwed] = useState<PendingSignIn>();
  const setup = useQuery({
    queryKey: ["setup"],
    queryFn: ({ signal }) => api.get<SetupState>("/setup", undefined, signal),
  });
  // Which of the two stands here is known in a moment; a form that vanishes under the hand is worse than none.
  if (setup.isPending) return <main className="door" />;
  if (setup.data?.needed) {
    return (
      <Door title={t("setup.needed.title")} version={setup.data.version}>
        <p>{t("setup.needed.body")}</p>
        <p className="quiet">{t("setup.needed.lost")}</p>
      </Door>
    );
  }
  return (
    <Door title={t(owed === undefined ? "sign_in.title" : "sign_in.second.title")} version={setup.data?.version}>
      {owed === undefined ? (
        <FirstStep setup={setup.data} onOwed={setOwed} />
      ) : (
        <SecondStep methods={owed.methods} onEntered={enter} onBack={() => setOwed(undefined)} />
      )}
    </Door>
  );
}
