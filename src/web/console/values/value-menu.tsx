import { useNavigate, useRouterState } from "@tanstack/react-router";
import { DropdownMenu } from "radix-ui";
import { createContext, type MouseEvent, type ReactNode, useCallback, useContext, useRef, useState } from "react";
import { copyText } from "../../kit/copy-button.tsx";
import { useText } from "../../kit/i18n/text.tsx";
import { Icon } from "../../kit/icon.tsx";
import { MenuItem, MenuLabel, menuHome } from "../../kit/menu.tsx";
import { RawText } from "../../kit/raw-text.tsx";
import { useMay } from "../api/session.ts";
import { useKeys } from "../keys/use-keys.ts";
import type { HuntSearch } from "../screens/hunt/search.ts";
import { entityOf } from "./entities.ts";
import { type FieldValue, type Pivot, pivoted } from "./terms.ts";

interface Opened extends FieldValue {
  readonly x: number;
  readonly y: number;
}
type Open = (value: FieldValue, anchor: HTMLElement, point?: { readonly x: number; readonly y: number }) => void;

const Context = createContext<Open>(() => undefined);
const SHOWN_CHARACTERS = 60;
/** Pages whose address says which time is looked at. */
const RANGED = ["/hunt", "/entities/", "/process-tree", "/sessions"];

function usePivots() {
  const navigate = useNavigate();
  const here = useRouterState({ select: (state) => state.location });
  const search = here.search as HuntSearch;
  const inHunt = here.pathname === "/hunt";
  const { range, from, to, cols, order } = search;
  const kept = inHunt ? { range, from, to, cols, order } : { range: "7d" };
  const query = inHunt ? (search.q ?? "") : "";
  const ranged = RANGED.some((path) => here.pathname.startsWith(path));
  return {
    /** The range looked at is the range of interest; elsewhere the page has its own. */
    range: ranged ? { range, from, to } : {},
    pivot: (pivot: Pivot, value: FieldValue) =>
      void navigate({ to: "/hunt", search: { ...kept, q: pivoted(query, pivot, value) } }),
    group: ({ field }: FieldValue) => void navigate({ to: "/hunt", search: { ...kept, q: query, group: field } }),
  };
}

function ValueItems({ item }: { item: FieldValue }) {
  const t = useText();
  const may = useMay();
  const navigate = useNavigate();
  const { pivot, group, range } = usePivots();
  const entity = entityOf(item);
  return (
    <>
      <MenuLabel>
        <span className="mono">{item.field}</span> = <RawText text={item.value.slice(0, SHOWN_CHARACTERS)} />
        {item.value.length > SHOWN_CHARACTERS && "…"}
      </MenuLabel>
      {may("events.read") && (
        <>
          <MenuItem icon="plus" onSelect={() => pivot("include", item)} testId="value-include">
            {t("value.include")}
          </MenuItem>
          <MenuItem icon="minus" onSelect={() => pivot("exclude", item)} testId="value-exclude">
            {t("value.exclude")}
          </MenuItem>
          <MenuItem icon="only" onSelect={() => pivot("only", item)} testId="value-only">
            {t("value.only")}
          </MenuItem>
          <MenuItem icon="group" onSelect={() => group(item)} testId="value-group">
            {t("value.group")}
          </MenuItem>
          {entity !== undefined && (
            <MenuItem
              icon="entity"
              onSelect={() => void navigate({ to: "/entities/$kind/$value", params: entity, search: range })}
              testId="value-entity"
            >
              {t("value.entity", { kind: entity.kind })}
            </MenuItem>
          )}
        </>
      )}
      <MenuItem icon="copy" onSelect={() => void copyText(item.value)} testId="value-copy">
        {t("action.copy")}
      </MenuItem>
    </>
  );
}

/** One menu for every value on the page: right click, the chevron, or `o` on a focused value. */
export function ValueMenuProvider({ children }: { children: ReactNode }) {
  const t = useText();
  const [opened, setOpened] = useState<Opened>();
  const anchor = useRef<HTMLElement>(undefined);
  const open = useCallback<Open>((value, element, point) => {
    const box = element.getBoundingClientRect();
    anchor.current = element;
    setOpened({ ...value, x: point?.x ?? box.left, y: point?.y ?? box.bottom });
  }, []);
  useKeys({
    pivot: () => {
      const focused = document.activeElement;
      const value =
        focused?.closest("[data-field]") ??
        focused?.querySelector("[data-field]") ??
        document.querySelector("[data-pivot-first] [data-field]");
      if (value instanceof HTMLElement)
        open({ field: value.dataset["field"] ?? "", value: value.dataset["value"] ?? "" }, value);
    },
  });
  return (
    <Context value={open}>
      {children}
      <DropdownMenu.Root
        modal={false}
        open={opened !== undefined}
        onOpenChange={(next) => !next && setOpened(undefined)}
      >
        <DropdownMenu.Trigger asChild>
          <span
            className="value-anchor"
            aria-hidden="true"
            tabIndex={-1}
            style={{ left: opened?.x ?? 0, top: opened?.y ?? 0 }}
          />
        </DropdownMenu.Trigger>
        {opened !== undefined && (
          <DropdownMenu.Portal container={menuHome()}>
            <DropdownMenu.Content
              className="menu"
              align="start"
              sideOffset={2}
              collisionPadding={8}
              aria-label={t("value.menu", { field: opened.field })}
              data-testid="value-menu"
              onCloseAutoFocus={(event) => {
                event.preventDefault();
                anchor.current?.focus();
              }}
            >
              <ValueItems item={opened} />
            </DropdownMenu.Content>
          </DropdownMenu.Portal>
        )}
      </DropdownMenu.Root>
    </Context>
  );
}

interface ValueProps extends FieldValue {
  readonly children?: ReactNode;
}

/** A value that can be pivoted on. Its menu opens from the keyboard (Enter, `o`), the chevron and the right button. */
export function Value({ field, value, children }: ValueProps) {
  const t = useText();
  const open = useContext(Context);
  const onContextMenu = (event: MouseEvent<HTMLElement>) => {
    event.preventDefault();
    event.stopPropagation();
    open({ field, value }, event.currentTarget.querySelector("button") ?? event.currentTarget, {
      x: event.clientX,
      y: event.clientY,
    });
  };
  return (
    // The right button is an extra way to what the button inside does
    <span className="value" onContextMenu={onContextMenu}>
      {children ?? <RawText text={value} />}
      <button
        type="button"
        className="value-chevron"
        data-field={field}
        data-value={value}
        aria-haspopup="menu"
        aria-label={t("value.menu", { field })}
        onClick={(event) => {
          event.stopPropagation();
          open({ field, value }, event.currentTarget);
        }}
      >
        <Icon name="down" />
      </button>
    </span>
  );
}
