import { Link, useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { IconButton } from "../../kit/button.tsx";
import { Icon } from "../../kit/icon.tsx";
import { useText } from "../../kit/i18n/text.tsx";
import { NARROW, useMedia } from "../../kit/media.ts";
import { useStored } from "../../kit/storage.ts";
import { useMay } from "../api/session.ts";
import { PLACES } from "./places.ts";

const PRODUCT = "Khiên";
const GROUPS = ["shift", "knowledge", "governance"] as const;

export function Rail() {
  const t = useText();
  const may = useMay();
  const narrow = useMedia(NARROW);
  const [collapsed, setCollapsed] = useStored("rail.collapsed", false);
  const places = PLACES.filter((place) => place.needs === undefined || may(place.needs));
  const rail = useRef<HTMLElement>(null);
  const path = useLocation({ select: (location) => location.pathname });
  useEffect(() => {
    if (narrow) rail.current?.querySelector(".active")?.scrollIntoView({ inline: "center", block: "nearest" });
  }, [narrow, path]);
  return (
    <nav ref={rail} className={collapsed ? "rail collapsed" : "rail"} aria-label={t("frame.rail")} data-testid="rail">
      <div className="rail-brand" aria-hidden="true">
        <img src="/mark.svg" alt="" width="20" height="20" />
        <span translate="no">{PRODUCT}</span>
      </div>
      {GROUPS.map((group) => (
        <ul key={group} className="rail-group">
          {places
            .filter((place) => place.group === group)
            .map((place) => (
              <li key={place.id}>
                <Link
                  to={place.to}
                  search={{}}
                  className="rail-link"
                  activeOptions={{ exact: false, includeSearch: false }}
                  title={collapsed ? t(`place.${place.id}`) : undefined}
                  data-testid={`rail-${place.id}`}
                >
                  <Icon name={place.icon} />
                  <span>{t(narrow ? `rail.${place.id}` : `place.${place.id}`)}</span>
                </Link>
              </li>
            ))}
        </ul>
      ))}
      <div className="rail-foot">
        <IconButton
          icon={collapsed ? "right" : "left"}
          label={collapsed ? t("frame.expand") : t("frame.collapse")}
          onClick={() => setCollapsed(!collapsed)}
        />
      </div>
    </nav>
  );
}
