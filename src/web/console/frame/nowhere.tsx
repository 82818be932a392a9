import { useNavigate } from "@tanstack/react-router";
import { Button } from "../../kit/button.tsx";
import { Empty } from "../../kit/empty.tsx";
import { useText } from "../../kit/i18n/text.tsx";

/** An address without a page: the frame stays, and there is a way on. */
export function Nowhere() {
  const t = useText();
  const navigate = useNavigate();
  return (
    <>
      <h1 className="visually-hidden">{t("nowhere.title")}</h1>
      <Empty
        title={t("nowhere.title")}
        action={
          <Button kind="primary" onClick={() => void navigate({ to: "/watch", search: {} })}>
            {t("nowhere.go")}
          </Button>
        }
      >
        {t("nowhere.body")}
      </Empty>
    </>
  );
}
