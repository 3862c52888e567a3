// While one writes: keep the draft, count as the network does, offer saved replies after a slash, tell others that we type.
// Without this the form's own buttons do the same. Listens on the document, because the page swaps its parts.

const WAIT = 500;
const TYPING = 6000;
let saving = 0;
let typing = 0;

const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
const post = (url, body) => fetch(url, { method: "POST", headers: { "X-CSRFToken": token() }, body: new URLSearchParams(body) });

async function save(text) {
  const box = text.closest("[data-answering]");
  const response = await post(box.dataset.draft, { text: text.value, seen: box.querySelector("[name=seen]").value });
  if (!response.ok || !box.isConnected) return;
  show(box, await response.json());
}

function show(box, counted) {
  const count = box.querySelector("[data-answer-count]");
  count.textContent = counted.limit ? `${counted.left} left of ${counted.limit}` : `${counted.size} characters`;
  count.classList.toggle("answering__over", counted.too_long);
  box.querySelector("[data-answer-problems]").replaceChildren(...counted.problems.map((problem) => {
    const line = document.createElement("li");
    line.textContent = problem;
    return line;
  }));
}

function sayTyping(is) {
  const field = document.getElementById("presence_typing");
  if (!field || field.value === (is ? "1" : "")) return;
  field.value = is ? "1" : "";
  document.body.dispatchEvent(new CustomEvent("presence-changed"));
}

const slash = (text) => /(?:^|\s)\/(\S*)$/.exec(text.value.slice(0, text.selectionStart));

async function offer(text) {
  const box = text.closest("[data-answering]");
  const menu = box.querySelector("[data-reply-menu]");
  const asked = slash(text);
  if (!asked) {
    menu.hidden = true;
    return;
  }
  const response = await fetch(`${box.dataset.replies}?q=${encodeURIComponent(asked[1])}`);
  if (!response.ok || !menu.isConnected) return;
  const found = (await response.json()).replies;
  menu.replaceChildren(...found.map((reply, place) => option(reply, place, text)));
  menu.hidden = found.length === 0;
}

function option(reply, place, text) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "answering__option";
  button.setAttribute("role", "option");
  button.setAttribute("aria-selected", String(place === 0));
  const name = document.createElement("strong");
  name.textContent = `/${reply.shortcut} `;
  button.append(name, reply.title);
  button.addEventListener("click", () => put(reply, text));
  return button;
}

function put(reply, text) {
  const before = text.value.slice(0, text.selectionStart).replace(/\/\S*$/, "");
  const after = text.value.slice(text.selectionStart);
  text.value = before + reply.text + after;
  text.closest("[data-answering]").querySelector("[data-reply-menu]").hidden = true;
  text.focus();
  text.selectionStart = text.selectionEnd = before.length + reply.text.length;
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

function move(menu, step) {
  const options = [...menu.querySelectorAll("[role=option]")];
  const at = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
  options.forEach((one) => one.setAttribute("aria-selected", "false"));
  options[(at + step + options.length) % options.length]?.setAttribute("aria-selected", "true");
}

document.addEventListener("input", (event) => {
  const note = event.target.closest("[data-note-text]");
  const text = event.target.closest("[data-answer-text]");
  if (!note && !text) return;
  clearTimeout(saving);
  saving = setTimeout(() => (text ? save(text) : post(note.dataset.draft, { text: note.value, is_note: "1" })), WAIT);
  if (!text) return;
  sayTyping(true);
  clearTimeout(typing);
  typing = setTimeout(() => sayTyping(false), TYPING);
  offer(text);
});

document.addEventListener("keydown", (event) => {
  const text = event.target.closest?.("[data-answer-text]");
  if (!text) return;
  const menu = text.closest("[data-answering]").querySelector("[data-reply-menu]");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    text.form.requestSubmit(text.form.querySelector("[data-send], [name=anyway]"));
  } else if (!menu.hidden && ["ArrowDown", "ArrowUp"].includes(event.key)) {
    event.preventDefault();
    move(menu, event.key === "ArrowDown" ? 1 : -1);
  } else if (!menu.hidden && ["Enter", "Tab"].includes(event.key)) {
    event.preventDefault();
    menu.querySelector("[aria-selected=true]")?.click();
  } else if (!menu.hidden && event.key === "Escape") {
    event.preventDefault();
    menu.hidden = true;
  }
});

// New words came: who is writing is told; for who is not, the page they would answer is the newer one.
document.addEventListener("case-changed", () => {
  const text = document.querySelector("[data-answer-text]");
  const last = Number(document.querySelector(".thread")?.dataset.last ?? 0);
  if (!text || !last) return;
  const seen = text.form.querySelector("[name=seen]");
  if (last <= Number(seen.value)) return;
  if (text.value.trim()) text.form.querySelector("[data-answer-news]").hidden = false;
  else seen.value = String(last);
});

addEventListener("pagehide", () => {
  const here = document.querySelector("[data-presence]");
  if (here) navigator.sendBeacon(here.dataset.presence, new URLSearchParams({ leave: "1", csrfmiddlewaretoken: token() }));
});
