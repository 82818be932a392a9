import { type FormEvent, useState } from "react";
import { Button, IconButton } from "../kit/button.tsx";
import { Dialog } from "../kit/dialog.tsx";
import { TextField } from "../kit/field.tsx";
import { useText } from "../kit/i18n/text.tsx";
import { Menu, MenuItem, MenuLabel, MenuLine } from "../kit/menu.tsx";
import { useStored } from "../kit/storage.ts";

type Search = Readonly<Record<string, string | undefined>>;
interface View {
  readonly name: string;
  readonly search: Search;
}
interface SavedViewsProps<Filter extends Search> {
  readonly name: string;
  readonly search: Filter;
  readonly onOpen: (search: Filter) => void;
}

const MAX_VIEWS = 30;

/** Filters worth keeping, by name, in this browser. Sharing one is copying the address. */
export function SavedViews<Filter extends Search>({ name, search, onOpen }: SavedViewsProps<Filter>) {
  const t = useText();
  const [views, setViews] = useStored<readonly View[]>(`views.${name}`, []);
  const [naming, setNaming] = useState<string>();
  const save = (event: FormEvent) => {
    event.preventDefault();
    const title = naming?.trim() ?? "";
    if (title === "") return;
    setViews([...views.filter((view) => view.name !== title), { name: title, search }].slice(-MAX_VIEWS));
    setNaming(undefined);
  };
  return (
    <>
      <Menu align="end" trigger={<IconButton icon="bookmark" label={t("views.title")} data-testid="saved-views" />}>
        <MenuLabel>{t("views.title")}</MenuLabel>
        {views.map((view) => (
          <MenuItem key={view.name} icon="bookmark" onSelect={() => onOpen(view.search as Filter)}>
            <bdi>{view.name}</bdi>
          </MenuItem>
        ))}
        <MenuLine />
        <MenuItem icon="plus" onSelect={() => setNaming("")} testId="view-save">
          {t("views.save")}
        </MenuItem>
        {views.map((view) => (
          <MenuItem
            key={view.name}
            icon="close"
            onSelect={() => setViews(views.filter((each) => each.name !== view.name))}
          >
            {t("views.remove", { name: view.name })}
          </MenuItem>
        ))}
      </Menu>
      {naming !== undefined && (
        <Dialog title={t("views.save")} onClose={() => setNaming(undefined)}>
          <form onSubmit={save}>
            <div className="dialog-body">
              <TextField
                label={t("views.name")}
                required
                maxLength={60}
                value={naming}
                onChange={(event) => setNaming(event.target.value)}
              />
            </div>
            <div className="dialog-foot">
              <Button onClick={() => setNaming(undefined)}>{t("action.cancel")}</Button>
              <Button kind="primary" type="submit">
                {t("action.save")}
              </Button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  );
}
