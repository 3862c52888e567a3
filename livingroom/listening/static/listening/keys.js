// Keys for lists of mentions; every button works without them.

const rows = () => [...document.querySelectorAll("[data-keys] [data-row]")];
let at = -1;

function go(step) {
  const all = rows();
  if (!all.length) return;
  at = Math.max(0, Math.min(all.length - 1, at + step));
  all[at].focus();
  all[at].scrollIntoView({ block: "nearest" });
  sessionStorage.setItem(`row ${location.pathname}`, String(at));
}

function press(key) {
  const row = rows()[Math.max(at, 0)];
  const found = row?.querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!found) return false;
  if (found.matches("button")) found.click();
  else found.focus();
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  if (event.key === "j") go(1);
  else if (event.key === "k") go(-1);
  else if (event.key === "Enter" && document.activeElement === rows()[at]) rows()[at].querySelector("a")?.click();
  else if (press(event.key)) event.preventDefault();
});

// After a correction the page comes back: stay where one was.
const before = Number(sessionStorage.getItem(`row ${location.pathname}`));
if (document.querySelector("[data-keys]") && rows().length > 1 && before > 0) {
  at = before - 1;
  go(1);
}
