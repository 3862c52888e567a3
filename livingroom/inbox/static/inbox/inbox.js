// Keys and live updates. Everything here is also a link or a form that works without it.

const inbox = document.querySelector("[data-inbox]");
const list = document.getElementById("inbox-list");
const place = document.getElementById("case");
const wide = window.matchMedia("(width >= 80rem)");
let every = 2000; // the list is fetched again at most so often, however much comes in; the house says more when many listen

const rows = () => [...list.querySelectorAll(".case-row")];
const selected = () => list.querySelectorAll(".case-row__pick :checked").length;
const openCase = () => place.querySelector("[data-case]")?.dataset.case;

// Going up and down

function current() {
  return list.querySelector(".case-row--at") ?? list.querySelector(".case-row[aria-current]");
}

function stand(row) {
  if (!row) return;
  for (const other of list.querySelectorAll(".case-row--at")) other.classList.remove("case-row--at");
  row.classList.add("case-row--at");
  row.scrollIntoView({ block: "nearest" });
}

function move(by) {
  const all = rows();
  const at = all.indexOf(current());
  stand(all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + by))]);
}

// Opening beside the list

async function fetchPart(url, target) {
  const answer = await fetch(url, { headers: { "HX-Request": "true", "HX-Target": target } });
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  const holder = document.createElement("template");
  holder.innerHTML = await answer.text();
  return holder.content;
}

async function open(link, push = true) {
  if (!wide.matches || !inbox) return location.assign(link.href);
  try {
    place.replaceChildren(await fetchPart(link.href, "case"));
  } catch {
    return location.assign(link.href);
  }
  place.classList.remove("inbox__case--none");
  inbox.classList.add("inbox--open");
  for (const row of rows()) row.toggleAttribute("aria-current", false);
  link.closest(".case-row")?.setAttribute("aria-current", "true");
  if (push) history.pushState({ open: link.href }, "", link.href);
  window.htmx?.process(place);
  place.focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent("case-shown", { detail: { id: openCase() } }));
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-open]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button || !wide.matches) return;
  event.preventDefault();
  stand(link.closest(".case-row"));
  open(link);
});
window.addEventListener("popstate", () => location.reload());

// Keys

function press(selector, within) {
  const found = within.querySelector(selector);
  if (!found) return false;
  if (found.matches("input, textarea, select")) found.focus();
  else found.click();
  return true;
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  Enter: () => current() && open(current().querySelector("[data-open]")),
  x: () => current()?.querySelector(".case-row__pick input")?.click(),
  "/": () => press('[data-key="/"]', list),
  "?": () => document.getElementById("inbox-keys")?.togglePopover(),
  r: () => press('[data-key="r"]', place),
  n: () => press('[data-key="n"]', place),
  i: () => press('[data-key="i"]', place),
};
for (const key of ["a", "s", "e"]) {
  KEYS[key] = () => (selected() ? press(`[data-bulk-key="${key}"]`, list) : press(`[data-key="${key}"]`, place));
}

document.addEventListener("keydown", (event) => {
  const field = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
  if (event.key === "Escape") return escape(field);
  if (field || event.metaKey || event.ctrlKey || event.altKey) return;
  if (event.key === "Enter" && event.target.closest("a, button, summary, [type=checkbox]")) return;
  const deed = KEYS[event.key];
  if (!deed) return;
  event.preventDefault();
  deed();
});

function escape(field) {
  if (field) return field.blur();
  for (const box of document.querySelectorAll("details.menu[open]")) box.open = false;
  for (const box of list.querySelectorAll(".case-row__pick :checked")) box.checked = false;
  count();
}

function count() {
  const words = list.querySelector("[data-bulk-count]");
  if (words) words.textContent = `${selected()} selected:`;
}
list.addEventListener("change", count);

document.addEventListener("click", (event) => {
  for (const box of document.querySelectorAll("details.menu[open]")) if (!box.contains(event.target)) box.open = false;
});

// Live: one stream (live.js) tells which conversations changed; what is on the screen is fetched again.

let listAt = 0;
let listTimer = 0;
let casePending = false;

function isBusyInList() {
  return selected() > 0 || list.contains(document.activeElement?.closest("input, select") ?? null);
}

function renewList() {
  if (listTimer) return;
  listTimer = setTimeout(fetchList, Math.max(0, listAt + every - Date.now()));
}

async function fetchList() {
  listTimer = 0;
  listAt = Date.now();
  if (isBusyInList() || !list.querySelector('[data-first="1"]')) return offerNew();
  const at = current()?.id;
  const scrolled = list.scrollTop;
  try {
    list.replaceChildren(await fetchPart(list.dataset.url, "inbox-list"));
  } catch {
    return;
  }
  list.scrollTop = scrolled;
  document.getElementById(`row-${openCase()}`)?.setAttribute("aria-current", "true");
  if (at) document.getElementById(at)?.classList.add("case-row--at");
}

function offerNew() {
  const link = list.querySelector("[data-new]");
  if (link) link.hidden = false;
}

async function renewCase() {
  const id = openCase();
  if (!id || casePending) return;
  casePending = true;
  try {
    const part = await fetchPart(`/inbox/${id}/`, "case");
    if (openCase() === id) swapCase(part);
  } catch {
    // The next change tries again.
  } finally {
    casePending = false;
  }
}

// The composer stays as it is: somebody may be writing.
function swapCase(part) {
  const known = new Set([...place.querySelectorAll(".said")].map((one) => one.id));
  for (const id of ["case-head", "case-thread", "case-side"]) {
    const old = document.getElementById(id);
    const fresh = part.getElementById?.(id) ?? part.querySelector(`#${id}`);
    if (!old || !fresh || old.querySelector("details[open]") || old.contains(document.activeElement)) continue;
    old.replaceWith(fresh);
    window.htmx?.process(fresh);
  }
  for (const one of place.querySelectorAll(".said")) if (!known.has(one.id)) one.classList.add("said--fresh");
  const version = part.querySelector("[data-case]")?.dataset.version;
  if (version) place.querySelector("[data-case]").dataset.version = version;
  document.dispatchEvent(new CustomEvent("case-changed", { detail: { id: openCase(), version } }));
}

function hear(told) {
  every = told.every;
  if (!told.ids.length && !told.many) return;
  const id = Number(openCase());
  if (id && (told.many || told.ids.includes(id))) renewCase();
  const shown = new Set(rows().map((row) => Number(row.dataset.id)));
  if (told.many || told.new || told.ids.some((one) => shown.has(one))) renewList();
}

if (inbox) {
  document.addEventListener("conversations-changed", (event) => hear(event.detail));
  stand(list.querySelector(".case-row[aria-current]") ?? rows()[0]);
}
