// Runs before the page is drawn, so that a stored choice never flashes the other scheme.
try {
  const stored = localStorage.getItem("theme");
  if (stored === "light" || stored === "dark") document.documentElement.dataset.theme = stored;
} catch {
  // Storage may be forbidden; then the machine's own choice holds.
}
