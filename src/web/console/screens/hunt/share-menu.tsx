import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { IconButton } from "../../../kit/button.tsx";
import { copyText } from "../../../kit/copy-button.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { Menu, MenuItem } from "../../../kit/menu.tsx";
import { useToast } from "../../../kit/toast.tsx";
import { api } from "../../api/client.ts";
import type { HuntLink, HuntLinkContent } from "../../api/hunt-types.ts";
import { useMay } from "../../api/session.ts";
import { faultText } from "../../fault-view.tsx";
import type { HuntRun } from "./run.ts";
import type { HuntSearch } from "./search.ts";

/** Two ways to hand a search on: as it is asked (a relative time moves on), or as it was asked now. */
export function ShareMenu({ run, columns }: { run: HuntRun; columns: readonly string[] }) {
  const t = useText();
  const may = useMay();
  const toast = useToast();
  const told = () => toast.show({ text: t("hunt.link.copied") });
  const copyFixed = async () => {
    const { query, from, to, at } = run.asked;
    const content: HuntLinkContent = { query, from, to, at, columns: [...columns] };
    try {
      const link = await api.post<HuntLink>("/hunt-links", content);
      await copyText(new URL(`/hunt?link=${encodeURIComponent(link.id)}`, location.href).href);
      told();
    } catch (error) {
      toast.show({ text: faultText(error, t), tone: "bad" });
    }
  };
  return (
    <Menu align="end" trigger={<IconButton icon="link" label={t("hunt.link")} data-testid="hunt-share" />}>
      <MenuItem icon="copy" onSelect={() => void copyText(location.href).then(told)} testId="link-address">
        {t("hunt.link.address")}
      </MenuItem>
      {may("hunts.write") && (
        <MenuItem icon="link" onSelect={() => void copyFixed()} testId="link-fixed">
          {t("hunt.link.fixed")}
        </MenuItem>
      )}
    </Menu>
  );
}

/** A share link becomes the search it stands for. */
export function useFollowedLink(link: string | undefined): void {
  const t = useText();
  const toast = useToast();
  const navigate = useNavigate();
  useEffect(() => {
    if (link === undefined) return undefined;
    const stop = new AbortController();
    const open = (search: HuntSearch) => void navigate({ to: "/hunt", search, replace: true });
    api.get<HuntLink>(`/hunt-links/${encodeURIComponent(link)}`, undefined, stop.signal).then(
      ({ query, from, to, at, columns }) =>
        open({ q: query, from, to, at, ...(columns.length === 0 ? {} : { cols: columns.join(",") }) }),
      (error: unknown) => {
        if (stop.signal.aborted) return;
        toast.show({ text: faultText(error, t), tone: "bad" });
        open({});
      },
    );
    return () => stop.abort();
  }, [link, navigate, toast, t]);
}
