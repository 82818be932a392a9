import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import { Button } from "../../../../kit/button.tsx";
import { CopyButton } from "../../../../kit/copy-button.tsx";
import { Dialog } from "../../../../kit/dialog.tsx";
import { useText } from "../../../../kit/i18n/text.tsx";
import { Skeleton } from "../../../../kit/skeleton.tsx";
import type { FactorAdded, TotpBegun } from "../../../api/types.ts";
import { CodeField } from "../../../code-field.tsx";
import { FaultView } from "../../../fault-view.tsx";
import { useBeginTotp, useConfirmTotp } from "./use-factors.ts";

/** Drawn in the browser: the secret goes to nobody else. */
function QrCode({ uri }: { uri: string }) {
  const t = useText();
  const drawing = useQuery({
    queryKey: ["qr", uri],
    queryFn: async () => {
      const { default: qr } = await import("qrcode");
      const svg = await qr.toString(uri, { type: "svg", margin: 2, errorCorrectionLevel: "M" });
      return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
    },
    gcTime: 0,
  });
  if (drawing.data === undefined) return <div className="qr" />;
  return <img className="qr" src={drawing.data} alt={t("totp.qr")} width="176" height="176" />;
}

function Begun({
  begun,
  onAdded,
  onClose,
}: {
  begun: TotpBegun;
  onAdded: (added: FactorAdded) => void;
  onClose: () => void;
}) {
  const t = useText();
  const [code, setCode] = useState("");
  const confirm = useConfirmTotp(onAdded);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    confirm.mutate(code);
  };
  return (
    <form onSubmit={submit}>
      <div className="dialog-body stack">
        <p>{t("totp.scan")}</p>
        <div className="totp-key">
          <QrCode uri={begun.uri} />
          <div className="stack">
            <span className="quiet">{t("totp.key")}</span>
            <code data-testid="totp-secret">{begun.secret.replace(/.{4}/gu, "$& ").trim()}</code>
            <CopyButton text={begun.secret} />
          </div>
        </div>
        <CodeField value={code} onChange={setCode} />
        {confirm.isError && <FaultView error={confirm.error} />}
      </div>
      <div className="dialog-foot">
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button kind="primary" type="submit" disabled={confirm.isPending} data-testid="totp-confirm">
          {t("totp.confirm")}
        </Button>
      </div>
    </form>
  );
}

export function TotpDialog({ onAdded, onClose }: { onAdded: (added: FactorAdded) => void; onClose: () => void }) {
  const t = useText();
  const { mutate, data, error } = useBeginTotp();
  useEffect(() => mutate(), [mutate]);
  return (
    <Dialog title={t("totp.title")} onClose={onClose} testId="totp-dialog">
      {data === undefined && error === null && <Skeleton />}
      {error !== null && <FaultView error={error} />}
      {data !== undefined && <Begun begun={data} onAdded={onAdded} onClose={onClose} />}
    </Dialog>
  );
}
