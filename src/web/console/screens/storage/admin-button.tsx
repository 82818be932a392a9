import type { ComponentProps } from "react";
import { Button } from "../../../kit/button.tsx";
import { useText } from "../../../kit/i18n/text.tsx";
import { useMay } from "../../api/session.ts";

/** A button of what only administrators of storage may do; for others it stays in sight and says so. */
export function AdminButton({ disabled, title, ...rest }: ComponentProps<typeof Button>) {
  const t = useText();
  const may = useMay();
  const allowed = may("storage.admin");
  return (
    <Button {...rest} disabled={!allowed || disabled === true} title={allowed ? title : t("storage.admin_only")} />
  );
}
