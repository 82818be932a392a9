import { useNavigate } from "@tanstack/react-router";
import { Button } from "../../../kit/button.tsx";
import { Empty } from "../../../kit/empty.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import type { AlertFilter } from "./search.ts";

/** Nothing at all teaches how alerts come to be; nothing for a filter offers to lift it. */
export function EmptyQueue({ filter, onReset }: { filter: AlertFilter; onReset: () => void }) {
  const t = useText();
  const navigate = useNavigate();
  if (Object.keys(filter).length > 0) {
    return (
      <Empty title={t("queue.none.title")} action={<Button onClick={onReset}>{t("queue.none.reset")}</Button>}>
        {t("queue.none.body")}
      </Empty>
    );
  }
  return (
    <Empty
      title={t("queue.empty.title")}
      action={
        <Button kind="primary" onClick={() => void navigate({ to: "/sensors/connect" })}>
          {t("queue.empty.do")}
        </Button>
      }
    >
      {t("queue.empty.body")}
    </Empty>
  );
}
