// Runs before the first paint and before the console's own scripts are there: what needs no waiting for them is begun
// here. A file of its own, since the policy forbids inline code.
(() => {
  const stored = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      // Storage may be refused; the system's wishes are then followed.
      return null;
    }
  };
  const theme = stored("khien.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;

  const language = stored("khien.language") ?? navigator.languages.find((tag) => /^(?:vi|en)/.test(tag));
  // The build writes where each language's texts are (kit/i18n/catalogue-plugin.ts).
  const texts = document.currentScript.dataset[language?.startsWith("en") ? "en" : "vi"];
  if (texts !== undefined) {
    const link = document.createElement("link");
    link.rel = "modulepreload";
    link.href = texts;
    document.head.append(link);
  }

  const session = fetch("/api/v1/session", { headers: { accept: "application/json" }, credentials: "same-origin" });
  // Who asks for it (api/session.ts) is told of a failure; until then nobody need be.
  session.catch(() => undefined);
  window.begunSession = session;
})();
