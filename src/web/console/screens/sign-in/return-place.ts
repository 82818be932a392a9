const KEY = "khien.return";

/** Where one was when the way led to another site; a link that was shared still leads there. */
export function rememberPlace(): void {
  sessionStorage.setItem(KEY, `${location.pathname}${location.search}`);
}

/** Only a path of this console: an address is nothing to be sent to. */
export function placeToReturn(): string {
  const place = sessionStorage.getItem(KEY) ?? "/";
  sessionStorage.removeItem(KEY);
  return place.startsWith("/") && !place.startsWith("//") && !place.startsWith("/sign-in/") ? place : "/";
}
