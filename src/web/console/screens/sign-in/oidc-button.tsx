import { useMutation } from "@tanstack/react-query";
import { Button } from "../../../kit/button.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { api } from "../../api/client.ts";
import { FaultView } from "../../fault-view.tsx";
import { rememberPlace } from "./return-place.ts";

/** Leaves for the organisation's own sign-in page. */
export function OidcButton({ label, isMain }: { label: string; isMain: boolean }) {
  const t = useText();
  const begin = useMutation({
    mutationFn: () => api.post<{ url: string }>("/oidc/begin", {}),
    onSuccess: ({ url }) => {
      rememberPlace();
      location.assign(url);
    },
  });
  return (
    <>
      <Button
        kind={isMain ? "primary" : undefined}
        className="large"
        disabled={begin.isPending || begin.isSuccess}
        onClick={() => begin.mutate()}
        data-testid="oidc-sign-in"
      >
        {t("sign_in.oidc", { label })}
      </Button>
      {begin.isError && <FaultView error={begin.error} />}
    </>
  );
}
