import { IconButton } from "../../../kit/button.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { Menu, MenuItem, MenuLine } from "../../../kit/menu.tsx";
import { huntOfRule } from "../saved-hunts/search.ts";
import { type ActionButtonsProps, isInQueue } from "./action-props.ts";
import { isSensorAlert } from "./panel-sensor.tsx";

/** What is done less often than once an alert. */
export function MoreActions({ alerts, onAction, onAsk, mayTune }: ActionButtonsProps & { mayTune: boolean }) {
  const t = useText();
  const live = alerts.filter(isInQueue);
  const only = alerts.length === 1 ? alerts[0] : undefined;
  const hasRule = only !== undefined && huntOfRule(only.rule.id) === undefined && !isSensorAlert(only);
  return (
    <Menu align="end" trigger={<IconButton icon="down" label={t("action.more")} data-testid="action-more" />}>
      {live.length > 0 && (
        <>
          <MenuItem icon="person" onSelect={() => onAsk("assign")} testId="action-assign">
            {t("action.assign")}
          </MenuItem>
          {live.some((alert) => alert.assignee !== null) && (
            <MenuItem icon="release" onSelect={() => onAction({ action: "release" })} testId="action-release">
              {t("action.release")}
            </MenuItem>
          )}
          {live.some((alert) => alert.snoozedUntil !== null) && (
            <MenuItem icon="play" onSelect={() => onAction({ action: "wake" })} testId="action-wake">
              {t("action.wake")}
            </MenuItem>
          )}
          {live.some((alert) => alert.verdict !== "true_positive") && (
            <MenuItem
              icon="check"
              onSelect={() => onAction({ action: "judge", verdict: "true_positive" })}
              testId="action-judge"
            >
              {t("action.judge")}
            </MenuItem>
          )}
          {live.some((alert) => !alert.contained) && (
            <MenuItem icon="stop" onSelect={() => onAction({ action: "contain" })} testId="action-contain">
              {t("action.contain")}
            </MenuItem>
          )}
          {live.some((alert) => !alert.resolved) && (
            <MenuItem icon="check" onSelect={() => onAction({ action: "resolve" })} testId="action-resolve">
              {t("action.resolve")}
            </MenuItem>
          )}
        </>
      )}
      <MenuItem icon="bookmark" onSelect={() => onAsk("tag")} testId="action-tag">
        {t("action.tag")}
      </MenuItem>
      {live.length > 0 && (
        <>
          <MenuItem icon="group" onSelect={() => onAsk(live.length > 1 ? "merge" : "merge-into")} testId="action-merge">
            {t("action.merge")}
          </MenuItem>
          <MenuItem icon="check" onSelect={() => onAsk("duplicate")} testId="action-duplicate">
            {t("action.duplicate")}
          </MenuItem>
        </>
      )}
      {only !== undefined && live.length === 1 && (
        <>
          <MenuLine />
          <MenuItem icon="tree" onSelect={() => onAsk("split")} testId="action-split">
            {t("action.split")}
          </MenuItem>
          {mayTune && hasRule && (
            <MenuItem icon="group" onSelect={() => onAsk("grouping")} testId="action-grouping">
              {t("action.grouping")}
            </MenuItem>
          )}
        </>
      )}
    </Menu>
  );
}
