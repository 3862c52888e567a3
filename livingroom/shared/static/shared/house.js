// What makes pages nicer; every page works without it.

const choices = () => document.querySelectorAll("[data-theme-choice]");

function showTheme() {
  const theme = document.documentElement.dataset.theme ?? "system";
  for (const choice of choices()) choice.setAttribute("aria-pressed", String(choice.dataset.themeChoice === theme));
}

function chooseTheme(theme) {
  if (theme === "system") {
    delete document.documentElement.dataset.theme;
    localStorage.removeItem("theme");
  } else {
    document.documentElement.dataset.theme = theme;
    localStorage.setItem("theme", theme);
  }
  showTheme();
  document.dispatchEvent(new CustomEvent("theme-chosen"));
}

async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  const words = button.querySelector(".visually-hidden");
  const before = words.textContent;
  words.textContent = "Copied";
  button.classList.add("button--primary");
  setTimeout(() => {
    words.textContent = before;
    button.classList.remove("button--primary");
  }, 1500);
}

function enhance(root) {
  showOpenTab(root);
  keepFolded(root);
  for (const hidden of root.querySelectorAll("[data-copy][hidden], [data-theme-switch][hidden]")) hidden.hidden = false;
}

document.addEventListener("click", (event) => {
  const choice = event.target.closest("[data-theme-choice]");
  if (choice) chooseTheme(choice.dataset.themeChoice);
  const copied = event.target.closest("[data-copy]");
  if (copied) copy(copied);
});

// Tabs that do not all fit begin with the open one in sight.
function showOpenTab(root) {
  for (const open of root.querySelectorAll(".tabs > [aria-current]")) {
    const tabs = open.parentElement;
    if (tabs.scrollWidth > tabs.clientWidth) tabs.scrollLeft = open.offsetLeft - tabs.offsetLeft - (tabs.clientWidth - open.offsetWidth) / 2;
  }
}

// What rings and was folded away stays folded on the next page, until something else rings.
function keepFolded(root) {
  for (const alarms of root.querySelectorAll(".alarms")) {
    const ringing = alarms.querySelector(".alarms__list").textContent.replace(/\s+/g, " ");
    if (localStorage.getItem("alarms-folded") === ringing) alarms.open = false;
    alarms.addEventListener("toggle", () => {
      if (alarms.open) localStorage.removeItem("alarms-folded");
      else localStorage.setItem("alarms-folded", ringing);
    });
  }
}

// A form that asks first: <form data-confirm="Cancel this post?">.
document.addEventListener("submit", (event) => {
  const question = event.target.dataset.confirm;
  if (question && !window.confirm(question)) event.preventDefault();
});

// A filter that applies as soon as it is chosen: <select data-submit>.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form?.requestSubmit();
});

document.addEventListener("htmx:load", (event) => enhance(event.target));

// A partial that fails must not fail in silence.
document.addEventListener("htmx:responseError", (event) => tell(`The server answered ${event.detail.xhr.status}. Reload the page and try again.`));
document.addEventListener("htmx:sendError", () => tell("The server cannot be reached. Check the connection and try again."));

function tell(words) {
  const notice = document.createElement("div");
  notice.className = "notice notice--bad";
  notice.role = "alert";
  notice.textContent = words;
  document.getElementById("messages")?.replaceChildren(notice);
}

enhance(document);
showTheme();
