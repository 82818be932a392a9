import { Link } from "@tanstack/react-router";
import { useText } from "../kit/i18n/text.tsx";
import { useMay } from "./api/session.ts";
import type {
  ALERT_TABS,
  ASSET_TABS,
  HUNT_TABS,
  PEOPLE_TABS,
  RULE_TABS,
  SENSOR_TABS,
  SETTINGS,
  STORAGE_TABS,
} from "./frame/places.ts";

type PageTab =
  | (typeof RULE_TABS)[number]
  | (typeof SENSOR_TABS)[number]
  | (typeof ASSET_TABS)[number]
  | (typeof STORAGE_TABS)[number]
  | (typeof SETTINGS)[number]
  | (typeof HUNT_TABS)[number]
  | (typeof ALERT_TABS)[number]
  | (typeof PEOPLE_TABS)[number];

export function PageTabs({ tabs, label }: { tabs: readonly PageTab[]; label: string }) {
  const t = useText();
  const may = useMay();
  return (
    <nav className="tabs page-tabs" aria-label={label}>
      {tabs
        .filter((tab) => !("needs" in tab) || tab.needs === undefined || may(tab.needs))
        .map((tab) => (
          <Link
            key={tab.to}
            to={tab.to}
            search={{}}
            className="tab"
            // The first tab stands at the root of the others.
            activeOptions={{ exact: tab.to === tabs[0]?.to, includeSearch: false }}
            data-testid={`page-${tab.id}`}
          >
            {t(`place.${tab.id}`)}
          </Link>
        ))}
    </nav>
  );
}
