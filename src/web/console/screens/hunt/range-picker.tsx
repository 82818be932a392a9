import { type FormEvent, useState } from "react";
import { Button } from "../../../kit/button.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { TextField } from "../../../kit/field.tsx";
import { useFormat } from "../../../kit/i18n/format.ts";
import { useText } from "../../../kit/i18n/text.tsx";
import { Menu, MenuItem, MenuLine } from "../../../kit/menu.tsx";
import { rangeMs } from "../../search-params.ts";
import { DEFAULT_RANGE, HUNT_RANGES, type HuntSearch, type Span } from "./search.ts";

interface RangePickerProps {
  readonly search: HuntSearch;
  readonly span: Span;
  readonly onChange: (part: HuntSearch) => void;
}

function local(iso: string): string {
  const at = new Date(iso);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

function SpanDialog({ span, onChange, onClose }: Omit<RangePickerProps, "search"> & { onClose: () => void }) {
  const t = useText();
  const [from, setFrom] = useState(local(span.from));
  const [to, setTo] = useState(local(span.to));
  const wrong = from !== "" && to !== "" && from >= to;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (wrong) return;
    onChange({ from: new Date(from).toISOString(), to: new Date(to).toISOString(), range: undefined });
    onClose();
  };
  return (
    <Dialog title={t("hunt.span")} onClose={onClose} testId="span-dialog">
      <form onSubmit={submit}>
        <div className="dialog-body stack">
          <TextField
            label={t("hunt.from")}
            type="datetime-local"
            step={1}
            required
            value={from}
            onChange={(event) => setFrom(event.target.value)}
          />
          <TextField
            label={t("hunt.to")}
            hint={t("hunt.to.hint", { zone: Intl.DateTimeFormat().resolvedOptions().timeZone })}
            error={wrong ? t("hunt.span.wrong") : undefined}
            type="datetime-local"
            step={1}
            required
            value={to}
            onChange={(event) => setTo(event.target.value)}
          />
        </div>
        <div className="dialog-foot">
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          <Button kind="primary" type="submit">
            {t("hunt.span.apply")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

export function RangePicker({ search, span, onChange }: RangePickerProps) {
  const t = useText();
  const format = useFormat();
  const [choosing, setChoosing] = useState(false);
  const known = HUNT_RANGES.find((range) => range === (search.range ?? DEFAULT_RANGE));
  const other = search.range === undefined ? undefined : rangeMs(search.range);
  const label =
    search.from !== undefined && search.to !== undefined
      ? `${format.brief(new Date(search.from))} – ${format.brief(new Date(search.to))}`
      : known === undefined && other !== undefined
        ? t("range.other", { d: format.duration(other / 1_000) })
        : t(`range.${known ?? DEFAULT_RANGE}`);
  return (
    <>
      <Menu trigger={<Button data-testid="hunt-range">{label}</Button>}>
        {HUNT_RANGES.map((range) => (
          <MenuItem key={range} onSelect={() => onChange({ range, from: undefined, to: undefined })}>
            {t(`range.${range}`)}
          </MenuItem>
        ))}
        <MenuLine />
        <MenuItem onSelect={() => setChoosing(true)}>{t("hunt.span")}</MenuItem>
      </Menu>
      {choosing && <SpanDialog span={span} onChange={onChange} onClose={() => setChoosing(false)} />}
    </>
  );
}
