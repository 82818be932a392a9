import { useMutation } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../kit/skeleton.tsx";
import { api } from "../../api/client.ts";
import { useSessionActions } from "../../api/session.ts";
import type { PendingSignIn, Session } from "../../api/types.ts";
import { FaultView } from "../../fault-view.tsx";
import { Door } from "./door.tsx";
import { placeToReturn } from "./return-place.ts";
import { SecondStep } from "./second-step.tsx";

/** Read once, before the code leaves the address. */
const IS_RETURN = location.pathname === "/sign-in/oidc";
const QUERY = IS_RETURN ? location.search : "";
const PLACE = IS_RETURN ? placeToReturn() : "/";

let finishing: Promise<Session | PendingSignIn> | undefined;

/** Once for each time the page is loaded, however often this is drawn: an answer opens once. */
function finish(): Promise<Session | PendingSignIn> {
  finishing ??= api.post<Session | PendingSignIn>("/oidc/finish", { query: QUERY });
  return finishing;
}

/** Where the organisation's sign-in page sends people back to. */
export function OidcReturn() {
  const t = useText();
  const router = useRouter();
  const { enter } = useSessionActions();
  const [owed, setOwed] = useState<PendingSignIn>();
  const entered = async (session: Session) => {
    await enter(session);
    router.history.replace(PLACE);
  };
  const { mutate, error } = useMutation({
    mutationFn: finish,
    onSuccess: (answer) => ("next" in answer ? setOwed(answer) : entered(answer)),
  });
  useEffect(() => {
    history.replaceState(history.state, "", location.pathname);
    mutate();
  }, [mutate]);
  const back = () => router.history.replace(PLACE);
  return (
    <Door title={t(owed === undefined ? "sign_in.title" : "sign_in.second.title")} version={undefined}>
      {owed === undefined && error === null && <Skeleton />}
      {error !== null && (
        <div className="stack oidc-fault">
          <FaultView error={error} />
          <Button onClick={back}>{t("sign_in.back")}</Button>
        </div>
      )}
      {owed !== undefined && <SecondStep methods={owed.methods} onEntered={entered} onBack={back} />}
    </Door>
  );
}
