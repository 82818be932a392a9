import { type ReactNode, useState } from "react";
import { Button } from "../../../../kit/button.tsx";
import { Dialog } from "../../../../kit/dialog.tsx";
import { useFormat } from "../../../../kit/i18n/format.ts";
import { useText } from "../../../../kit/i18n/text.tsx";
import { Icon } from "../../../../kit/icon.tsx";
import { When } from "../../../../kit/when.tsx";
import type { FactorAdded, FactorOverview, Passkey } from "../../../api/types.ts";
import { FaultView } from "../../../fault-view.tsx";
import { passkeysWorkHere } from "../../../passkeys.ts";
import { CodesDialog } from "./codes-dialog.tsx";
import { NewPasskey, RenamePasskey } from "./passkey-dialogs.tsx";
import { TotpDialog } from "./totp-dialog.tsx";
import { useRemovePasskey, useRemoveTotp, useRenewCodes, useSessionAgain } from "./use-factors.ts";

interface Removal {
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly mutate: () => void;
}

function RemoveDialog({ what, removal, onClose }: { what: string; removal: Removal; onClose: () => void }) {
  const t = useText();
  return (
    <Dialog title={t("factor.remove.title", { name: what })} onClose={onClose} testId="factor-remove-dialog">
      <div className="dialog-body stack">
        <p>{t("factor.remove.body")}</p>
        {removal.error !== null && <FaultView error={removal.error} />}
      </div>
      <div className="dialog-foot">
        <Button onClick={onClose}>{t("action.cancel")}</Button>
        <Button kind="danger" disabled={removal.isPending} onClick={removal.mutate} data-testid="factor-remove-do">
          {t("factor.remove")}
        </Button>
      </div>
    </Dialog>
  );
}

function TotpRemoval({ onClose }: { onClose: () => void }) {
  const t = useText();
  return <RemoveDialog what={t("totp.name")} removal={useRemoveTotp(onClose)} onClose={onClose} />;
}

function PasskeyRemoval({ passkey, onClose }: { passkey: Passkey; onClose: () => void }) {
  return <RemoveDialog what={passkey.name} removal={useRemovePasskey(passkey, onClose)} onClose={onClose} />;
}

function TotpSection({ has, onOpen }: { has: boolean; onOpen: (dialog: ReactNode) => void } & Openers) {
  const t = useText();
  const close = () => onOpen(undefined);
  return (
    <section data-testid="totp-section">
      <h2>{t("totp.name")}</h2>
      <p className="quiet">{t("totp.lead")}</p>
      <div className="row factor-row">
        {has ? (
          <>
            <span className="good-line grow">
              <Icon name="check" />
              {t("factor.on")}
            </span>
            <Button onClick={() => onOpen(<TotpRemoval onClose={close} />)} data-testid="totp-remove">
              {t("factor.remove")}
            </Button>
          </>
        ) : (
          <Button onClick={() => onOpen("totp")} data-testid="totp-add">
            {t("totp.add")}
          </Button>
        )}
      </div>
    </section>
  );
}

interface Openers {
  readonly onOpen: (dialog: ReactNode | "totp" | "passkey") => void;
}

function PasskeyRow({ passkey, onOpen }: { passkey: Passkey } & Openers) {
  const t = useText();
  const format = useFormat();
  const close = () => onOpen(undefined);
  return (
    <li className="row factor-row" data-testid="passkey-row">
      <Icon name="key" />
      <div className="grow">
        <bdi>{passkey.name}</bdi>
        <div className="quiet small">
          {t("passkey.added", { date: format.date(new Date(passkey.createdAt)) })} ·{" "}
          {passkey.lastUsedAt === null ? t("passkey.unused") : <When at={passkey.lastUsedAt} />}
          {passkey.synced && ` · ${t("passkey.synced")}`}
        </div>
      </div>
      <Button kind="plain" onClick={() => onOpen(<RenamePasskey passkey={passkey} onClose={close} />)}>
        {t("passkey.rename")}
      </Button>
      <Button
        kind="plain"
        onClick={() => onOpen(<PasskeyRemoval passkey={passkey} onClose={close} />)}
        data-testid="passkey-remove"
      >
        {t("factor.remove")}
      </Button>
    </li>
  );
}

/** Browsers refuse passkeys under a bare address; the same console has a name where they work. */
function Elsewhere({ place }: { place: FactorOverview["place"] }) {
  const t = useText();
  const [origin] = place.origins;
  return (
    <p className="notice">
      <span>
        {t("passkey.elsewhere")} {origin !== undefined && <a href={`${origin}/settings/security`}>{origin}</a>}
      </span>
    </p>
  );
}

function PasskeySection({ has, onOpen }: { has: FactorOverview } & Openers) {
  const t = useText();
  const here = passkeysWorkHere() && has.place.origins.includes(location.origin);
  return (
    <section data-testid="passkey-section">
      <h2>{t("passkey.title")}</h2>
      <p className="quiet">{t("passkey.lead")}</p>
      {has.passkeys.length > 0 && (
        <ul className="factor-list">
          {has.passkeys.map((passkey) => (
            <PasskeyRow key={passkey.id} passkey={passkey} onOpen={onOpen} />
          ))}
        </ul>
      )}
      {here ? (
        <div className="row factor-row">
          <Button onClick={() => onOpen("passkey")} data-testid="passkey-add">
            {t("passkey.add")}
          </Button>
        </div>
      ) : (
        <Elsewhere place={has.place} />
      )}
    </section>
  );
}

function RecoverySection({ has, onCodes }: { has: FactorOverview; onCodes: (codes: readonly string[]) => void }) {
  const t = useText();
  const renew = useRenewCodes(({ recoveryCodes }) => onCodes(recoveryCodes));
  const { left } = has.recoveryCodes;
  return (
    <section data-testid="recovery-section">
      <h2>{t("recovery.title")}</h2>
      <p className={left <= 3 ? "bad-text" : "quiet"}>{t("recovery.left", { n: left })}</p>
      <div className="row factor-row">
        <Button onClick={() => renew.mutate()} disabled={renew.isPending} data-testid="recovery-renew">
          {t("recovery.renew")}
        </Button>
        <span className="quiet small">{t("recovery.renew.hint")}</span>
      </div>
      {renew.isError && <FaultView error={renew.error} />}
    </section>
  );
}

/** Everything one can have beside the password. */
export function FactorSections({ has }: { has: FactorOverview }) {
  const sessionAgain = useSessionAgain();
  const [dialog, setDialog] = useState<ReactNode | "totp" | "passkey">();
  const [codes, setCodes] = useState<readonly string[]>();
  const close = () => setDialog(undefined);
  const added = ({ recoveryCodes }: FactorAdded) => {
    close();
    if (recoveryCodes === null) sessionAgain();
    else setCodes(recoveryCodes);
  };
  return (
    <>
      <PasskeySection has={has} onOpen={setDialog} />
      <TotpSection has={has.totp} onOpen={setDialog} />
      {(has.totp || has.passkeys.length > 0) && <RecoverySection has={has} onCodes={setCodes} />}
      {dialog === "totp" && <TotpDialog onAdded={added} onClose={close} />}
      {dialog === "passkey" && <NewPasskey onAdded={added} onClose={close} />}
      {dialog !== "totp" && dialog !== "passkey" && dialog}
      {codes !== undefined && (
        <CodesDialog
          codes={codes}
          onClose={() => {
            setCodes(undefined);
            sessionAgain();
          }}
        />
      )}
    </>
  );
}
