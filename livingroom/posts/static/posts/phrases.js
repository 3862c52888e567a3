// Puts phrases and variables in where the cursor is, by button or by typing { (all) or # (hashtag sets).
// Without it the buttons send the form and the server puts them at the end.

const form = document.querySelector("form.compose");
const phrases = form?.querySelector("[data-phrases]");
const TYPED = /(?:^|[^\p{L}\p{N}{#])([{#])([\p{L}\p{N}_-]{0,40})$/u;
let field = form?.querySelector("[name=text]"); // where somebody wrote last
let list = null;
let chosen = -1; // none: then Enter stays a new line

function put(word, from = field.selectionStart) {
  if (from > 0 && !/[\s([{“"]/.test(field.value[from - 1])) {
    field.setRangeText(" ", from, from, "end");
    from += 1;
  }
  field.setRangeText(`{${word}}`, from, field.selectionEnd, "end");
  field.focus();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function isWriting(element) {
  return element.matches("textarea[name=text], textarea[name=first_comment], textarea[name^=override_]");
}

function fitting(sign, typed) {
  const wanted = typed.toLowerCase();
  const options = [...phrases.querySelectorAll("option")].filter((option) => option.value);
  return options
    .filter((option) => sign === "{" || "tags" in option.dataset)
    .filter((option) => option.value.includes(wanted) || option.textContent.toLowerCase().includes(wanted))
    .sort((a, b) => b.value.startsWith(wanted) - a.value.startsWith(wanted))
    .slice(0, 12);
}

function close() {
  list?.remove();
  list = null;
  field?.removeAttribute("aria-controls");
  field?.removeAttribute("aria-activedescendant");
}

function mark(number) {
  const choices = [...list.children];
  chosen = (number + choices.length) % choices.length;
  choices.forEach((choice, n) => choice.setAttribute("aria-selected", String(n === chosen)));
  choices[chosen].scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-activedescendant", choices[chosen].id);
}

function choice(option, number) {
  const row = document.createElement("li");
  row.className = "completion__choice";
  row.id = `completion-${number}`;
  row.setAttribute("role", "option");
  row.dataset.word = option.value;
  const word = document.createElement("strong");
  word.textContent = `{${option.value}}`;
  const about = document.createElement("span");
  about.className = "completion__about";
  about.textContent = option.dataset.about || option.textContent;
  row.append(word, about);
  return row;
}

function offer() {
  close();
  const typed = field.value.slice(0, field.selectionStart).match(TYPED);
  if (!typed || field.selectionStart !== field.selectionEnd) return;
  const found = fitting(typed[1], typed[2]);
  if (!found.length) return;
  list = document.createElement("ul");
  list.className = "completion";
  list.id = "completion";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Phrases and variables");
  list.append(...found.map(choice));
  field.after(list);
  field.setAttribute("aria-controls", "completion");
  chosen = -1;
  // Whoever types a hashtag of their own goes on typing; a brace wants a name.
  if (typed[1] === "{") mark(0);
}

function take() {
  const typed = field.value.slice(0, field.selectionStart).match(TYPED);
  const word = list.children[chosen].dataset.word;
  close();
  put(word, field.selectionStart - typed[2].length - 1);
}

function steer(event) {
  if (!list || !isWriting(event.target)) return;
  if (event.key === "ArrowDown") mark(chosen + 1);
  else if (event.key === "ArrowUp") mark(Math.max(chosen, 0) - 1);
  else if (chosen >= 0 && (event.key === "Enter" || event.key === "Tab")) take();
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
}

if (phrases) {
  form.addEventListener("focusin", (event) => {
    if (isWriting(event.target)) field = event.target;
  });
  form.addEventListener("input", (event) => {
    if (!isWriting(event.target)) return;
    field = event.target;
    offer();
  });
  form.addEventListener("keydown", steer);
  form.addEventListener("focusout", (event) => {
    if (event.target === field) close();
  });
  form.addEventListener("mousedown", (event) => {
    const row = event.target.closest(".completion__choice");
    if (!row) return;
    event.preventDefault();
    chosen = [...list.children].indexOf(row);
    take();
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[name=put], [data-put-chosen]");
    const word = button && (button.name === "put" ? button.value : phrases.value);
    if (!button) return;
    event.preventDefault();
    if (word) put(word);
  });
}
