import { Outlet, useLocation } from "@tanstack/react-router";
import { FaultView } from "../fault-view.tsx";
import { Skeleton } from "../../kit/skeleton.tsx";
import { useSessionQuery } from "../api/session.ts";
import { MustChangePassword } from "../screens/sign-in/must-change-password.tsx";
import { MustEnrol } from "../screens/sign-in/must-enrol.tsx";
import { SignIn } from "../screens/sign-in/sign-in.tsx";
import { WallFrame } from "./wall-frame.tsx";
import { Frame } from "./frame.tsx";
import { ReasonAsk } from "./reason-ask.tsx";
import { StepUp } from "./step-up.tsx";

/** Sign-in shows at whatever address was asked for, so that a shared link still leads there afterwards. */
export function Root() {
  const path = useLocation({ select: (location) => location.pathname });
  const session = useSessionQuery();
  if (path === "/setup" || path === "/sign-in/oidc") return <Outlet />;
  if (session.isPending) return <Skeleton />;
  if (session.isError) {
    return (
      <main className="door">
        <FaultView error={session.error} onRetry={() => void session.refetch()} />
      </main>
    );
  }
  if (session.data === null) return <SignIn />;
  if (session.data.mustChangePassword) return <MustChangePassword />;
  if (session.data.secondFactor.mustEnrol) {
    return (
      <>
        <MustEnrol />
        <StepUp />
      </>
    );
  }
  if (path === "/wall") {
    return (
      <WallFrame>
        <Outlet />
      </WallFrame>
    );
  }
  return (
    <>
      <Frame>
        <Outlet />
      </Frame>
      <StepUp />
      <ReasonAsk />
    </>
  );
}
