/** The server names the file; the browser's own download keeps going when the page changes. */
export function download(href: string): void {
  const link = document.createElement("a");
  link.href = href;
  link.download = "";
  document.body.append(link);
  link.click();
  link.remove();
}
