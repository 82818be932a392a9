import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useText } from "../../kit/i18n/text.tsx";
import { useToast } from "../../kit/toast.tsx";
import { useMay } from "../api/session.ts";
import { KeySheet } from "../keys/sheet.tsx";
import { useKeys } from "../keys/use-keys.ts";
import { LiveProvider } from "../live/live.tsx";
import { ValueMenuProvider } from "../values/value-menu.tsx";
import { BreakGlassBanner } from "./break-glass-banner.tsx";
import { ExerciseBanner } from "./exercise-banner.tsx";
import { RefusalBanner } from "./refusal-banner.tsx";
import { Palette } from "./palette.tsx";
import { Rail } from "./rail.tsx";
import { TopBar } from "./top-bar.tsx";

export function Frame({ children }: { children: ReactNode }) {
  const t = useText();
  const may = useMay();
  const navigate = useNavigate();
  const toast = useToast();
  const [open, setOpen] = useState<"palette" | "sheet">();
  const go =
    (
      needs: string,
      to: "/watch" | "/alerts" | "/cases" | "/hunt" | "/rules" | "/sensors" | "/systems" | "/storage" | "/people",
    ) =>
    () => {
      if (may(needs)) void navigate({ to, search: {} });
    };
  useKeys({
    "goto.watch": go("watch.read", "/watch"),
    "goto.alerts": go("alerts.read", "/alerts"),
    "goto.cases": go("cases.read", "/cases"),
    "goto.hunt": go("events.read", "/hunt"),
    "goto.rules": go("rules.read", "/rules"),
    "goto.sensors": go("sensors.read", "/sensors"),
    "goto.assets": go("assets.read", "/systems"),
    "goto.storage": go("watch.read", "/storage"),
    "goto.people": go("people.read", "/people"),
    "goto.notices": () => void navigate({ to: "/notices", search: {} }),
    palette: () => setOpen((now) => (now === "palette" ? undefined : "palette")),
    sheet: () => setOpen("sheet"),
    undo: () => {
      if (!toast.undoLast()) toast.show({ text: t("undo.nothing") });
    },
  });
  const close = () => setOpen(undefined);
  return (
    <LiveProvider>
      <ValueMenuProvider>
        <a className="skip-link" href="#main">
          {t("frame.skip")}
        </a>
        <div className="frame">
          <Rail />
          <div className="frame-main">
            <TopBar onPalette={() => setOpen("palette")} onSheet={() => setOpen("sheet")} />
            <BreakGlassBanner />
            <RefusalBanner />
            <ExerciseBanner />
            <main id="main" tabIndex={-1}>
              {children}
            </main>
          </div>
        </div>
        {open === "palette" && <Palette onClose={close} onSheet={() => setOpen("sheet")} />}
        {open === "sheet" && <KeySheet onClose={close} />}
      </ValueMenuProvider>
    </LiveProvider>
  );
}
