import { Link } from "@tanstack/react-router";
import { Button } from "../../../kit/button.tsx";
import { Empty } from "../../../kit/empty.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { RawText, SafeText } from "../../../kit/raw-text.tsx";
import type { Asset, AssetContent, IdentifierKind } from "../../api/asset-types.ts";
import { useMay } from "../../api/session.ts";
import { KINDS } from "./system-form.ts";

/** Shown of one kind; the export has all. */
const MAX_SHOWN = 200;
/** Kinds that have a page of their own, by the name it goes under. A network is no entity. */
const ENTITY: Readonly<Record<IdentifierKind, string>> = {
  host: "host",
  address: "ip",
  account: "user",
  domain: "domain",
};

function Value({ kind, value }: { kind: IdentifierKind; value: string }) {
  const may = useMay();
  if (!may("events.read") || value.includes("/") || value.startsWith("*.")) return <RawText text={value} />;
  return (
    <Link to="/entities/$kind/$value" params={{ kind: ENTITY[kind], value }} search={{}}>
      <RawText text={value} />
    </Link>
  );
}

function KindList({ kind, identifiers }: { kind: IdentifierKind; identifiers: AssetContent["identifiers"] }) {
  const t = useText();
  const format = useFormat();
  if (identifiers.length === 0) return null;
  return (
    <div className="identifier-kind">
      <h4>
        {t(`assets.kind.${kind}`)} <span className="quiet num">{format.number(identifiers.length)}</span>
      </h4>
      <ul className="identifier-list" data-testid="identifier-list">
        {identifiers.slice(0, MAX_SHOWN).map(({ value }) => (
          <li key={value}>
            <Value kind={kind} value={value} />
          </li>
        ))}
      </ul>
      {identifiers.length > MAX_SHOWN && (
        <p className="quiet small">{t("assets.more_identifiers", { n: identifiers.length - MAX_SHOWN })}</p>
      )}
    </div>
  );
}

export function PanelIdentifiers({ system, onEdit }: { system: Asset; onEdit: () => void }) {
  const t = useText();
  const may = useMay();
  const places = [{ name: null, note: null }, ...system.services];
  if (system.identifiers.length === 0 && system.services.length === 0) {
    const mayEdit = may("assets.write") && system.state === "active";
    return (
      <Empty
        title={t("assets.no_identifiers")}
        action={mayEdit ? <Button onClick={onEdit}>{t("assets.edit_identifiers")}</Button> : undefined}
      >
        {t("assets.no_identifiers_body")}
      </Empty>
    );
  }
  return (
    <div className="stack" data-testid="asset-identifier-list">
      {places.map(({ name, note }) => {
        const own = system.identifiers.filter(({ service }) => service === name);
        if (name === null && own.length === 0) return null;
        return (
          <section key={name ?? ""}>
            <h3 className="section-head">{name === null ? t("assets.whole_system") : <SafeText text={name} />}</h3>
            {note !== null && (
              <p className="quiet">
                <SafeText text={note} />
              </p>
            )}
            {own.length === 0 && <p className="quiet">{t("assets.service_empty")}</p>}
            {KINDS.map((kind) => (
              <KindList key={kind} kind={kind} identifiers={own.filter((each) => each.kind === kind)} />
            ))}
          </section>
        );
      })}
    </div>
  );
}
