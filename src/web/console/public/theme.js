// Runs before the first paint, so that a chosen theme does not flash. A file of its own: the policy forbids inline code.
try {
  const theme = localStorage.getItem("khien.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be refused; the system's theme is then used.
}
