/** Where an object is seen in the console. What has no page of its own leads to the list of notices. */
export function pathOf({ kind, id }: { readonly kind: string; readonly id: string }): string {
  const name = encodeURIComponent(id);
  switch (kind) {
    case "alert":
      return `/alerts?status=all&alert=${name}`;
    case "case":
      return `/cases/${name}`;
    case "approval":
      return `/settings/approvals?request=${name}`;
    case "sensor":
      return `/sensors?sensor=${name}`;
    case "user":
      return "/settings/users";
    case "handover":
      return `/people/handovers?note=${name}`;
    case "storage":
      return "/storage";
    default:
      return "/notices";
  }
}
