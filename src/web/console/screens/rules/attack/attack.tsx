import "../rules.css";
import "./attack.css";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useRef, useState } from "react";
import { Button, IconButton } from "../../../../kit/button.tsx";
import { Empty } from "../../../../kit/empty.tsx";
import { useFormat } from "../../../../kit/i18n/format.ts";
import { useText } from "../../../../kit/i18n/text.tsx";
import { NARROW, useMedia } from "../../../../kit/media.ts";
import { Segmented } from "../../../../kit/segmented.tsx";
import { Skeleton } from "../../../../kit/skeleton.tsx";
import { address, api } from "../../../api/client.ts";
import type { AttackMatrix } from "../../../api/rule-types.ts";
import { download } from "../../../download.ts";
import { FaultView } from "../../../fault-view.tsx";
import { RULE_TABS } from "../../../frame/places.ts";
import { useKeys } from "../../../keys/use-keys.ts";
import { PageTabs } from "../../../page-tabs.tsx";
import { TextFilter } from "../../alerts/filter-bar.tsx";
import type { AttackSearch } from "../search.ts";
import { StateSign } from "./cell.tsx";
import { Matrix, TacticList } from "./matrix.tsx";
import { CELL_STATES, filteredTactics, SHOWN, stateCounts } from "./matrix-model.ts";

const DOMAINS = ["enterprise", "ics"] as const;

function Legend({ matrix }: { matrix: AttackMatrix }) {
  const t = useText();
  const format = useFormat();
  const counts = useMemo(() => stateCounts(matrix), [matrix]);
  return (
    <ul className="attack-legend" aria-label={t("attack.legend")}>
      {CELL_STATES.map((state) => (
        <li key={state} title={t(`attack.state.${state}.why`)}>
          <span className={`cell-swatch ${state}`}>
            <StateSign state={state} />
          </span>
          {t(`attack.state.${state}`)} <strong className="num">{format.number(counts[state])}</strong>
        </li>
      ))}
      <li>
        <span className="cell-fired" /> {t("attack.legend.fired")}
      </li>
    </ul>
  );
}

interface BarProps {
  readonly search: AttackSearch;
  readonly domain: (typeof DOMAINS)[number];
  readonly open: boolean;
  readonly onOpen: (open: boolean) => void;
  readonly onChange: (part: AttackSearch) => void;
}

function Bar({ search, domain, open, onOpen, onChange }: BarProps) {
  const t = useText();
  const input = useRef<HTMLInputElement>(null);
  useKeys({ filter: () => input.current?.focus() });
  return (
    <div className="page-head alert-filters">
      <h1 className="visually-hidden">{t("place.attack")}</h1>
      <Segmented
        label={t("attack.domain")}
        value={domain}
        options={DOMAINS.map((value) => ({ value, label: t(`attack.domain.${value}`), testId: `domain-${value}` }))}
        onChange={(next) => onChange({ domain: next === "enterprise" ? undefined : next })}
      />
      <select
        className="input"
        aria-label={t("attack.show")}
        value={search.show ?? ""}
        onChange={(event) => onChange({ show: event.target.value === "" ? undefined : event.target.value })}
        data-testid="attack-show"
      >
        <option value="">{t("attack.show.all")}</option>
        {SHOWN.map((shown) => (
          <option key={shown} value={shown}>
            {t(`attack.show.${shown}`)}
          </option>
        ))}
      </select>
      <TextFilter value={search.q ?? ""} label={t("attack.find")} onChange={(q) => onChange({ q })} inputRef={input} />
      <span className="grow" />
      <Button aria-pressed={open} onClick={() => onOpen(!open)} data-testid="attack-open">
        {t(open ? "attack.fold" : "attack.unfold")}
      </Button>
      <IconButton
        icon="download"
        label={t("attack.layer")}
        onClick={() => download(address("/attack/layer", { domain }))}
        data-testid="attack-layer"
      />
    </div>
  );
}

function Foot({ matrix }: { matrix: AttackMatrix }) {
  const t = useText();
  return (
    <p className="quiet small attack-foot">
      {t("attack.version", { version: matrix.version })} {matrix.attribution}{" "}
      {matrix.unmapped > 0 && t("attack.unmapped", { n: matrix.unmapped })}{" "}
      {matrix.unknown.length > 0 && t("attack.unknown", { ids: matrix.unknown.join(", ") })}
    </p>
  );
}

/** Every technique and what really watches for it: a rule without data is not coverage. */
export function Attack() {
  const t = useText();
  const navigate = useNavigate();
  const narrow = useMedia(NARROW);
  const search = useSearch({ from: "/rules/attack" });
  const domain = DOMAINS.find((each) => each === search.domain) ?? "enterprise";
  const shown = SHOWN.find((each) => each === search.show);
  const [open, setOpen] = useState(false);
  const answer = useQuery({
    queryKey: ["rules", "attack", domain],
    queryFn: ({ signal }) => api.get<AttackMatrix>("/attack/matrix", { domain }, signal),
    placeholderData: keepPreviousData,
  });
  const q = search.q ?? "";
  const tactics = useMemo(
    () => (answer.data === undefined ? [] : filteredTactics(answer.data, { shown, q })),
    [answer.data, shown, q],
  );
  const change = (part: AttackSearch) =>
    void navigate({ to: "/rules/attack", search: (now) => ({ ...now, ...part }), replace: true });
  const nothing = answer.isSuccess && tactics.every((tactic) => tactic.techniques.length === 0);
  return (
    <>
      <PageTabs tabs={RULE_TABS} label={t("place.rules")} />
      <Bar search={search} domain={domain} open={open} onOpen={setOpen} onChange={change} />
      {answer.isPending && <Skeleton lines={12} />}
      {answer.isError && <FaultView error={answer.error} onRetry={() => void answer.refetch()} />}
      {answer.data !== undefined && (
        <div className={answer.isPlaceholderData ? "attack stale" : "attack"} data-testid="attack">
          <Legend matrix={answer.data} />
          {nothing && (
            <Empty
              title={t("attack.none.title")}
              action={<Button onClick={() => change({ show: undefined, q: undefined })}>{t("attack.none.do")}</Button>}
            >
              {t("attack.none.body")}
            </Empty>
          )}
          {!nothing &&
            (narrow ? <TacticList tactics={tactics} open={open} /> : <Matrix tactics={tactics} open={open} />)}
          <Foot matrix={answer.data} />
        </div>
      )}
    </>
  );
}
