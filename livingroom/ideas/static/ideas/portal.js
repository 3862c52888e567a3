// What makes the portal nicer; every page works without it.

// A member's vote without a reload: the vote comes back as it stands now. Whoever is not known is sent on as usual.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("[data-vote]");
  if (!form || form.dataset.plain) return;
  event.preventDefault();
  const asked = new FormData(form, event.submitter);
  const place = form.closest(".vote");
  try {
    const answer = await fetch(form.action, { method: "POST", body: asked, headers: { "X-Part": "vote" } });
    if (answer.status === 409) return tell(await answer.text());
    if (!answer.ok) throw new Error(answer.statusText);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector(".vote");
    place.replaceWith(fresh);
    fresh.querySelector(asked.get("sign") === "-1" ? ".vote__button--against" : ".vote__button")?.focus();
  } catch {
    form.dataset.plain = "yes";
    form.requestSubmit(event.submitter);
  }
});

// Ideas like the title, while it is typed.
const place = document.getElementById("similar");
const title = document.getElementById("id_title");
let timer;
let last;

title?.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(show, 350);
});

async function show() {
  if (!place) return;
  const address = new URL("../similar/", location.href);
  address.searchParams.set("q", title.value);
  const lang = new URL(location.href).searchParams.get("lang");
  if (lang) address.searchParams.set("lang", lang);
  last?.abort();
  last = new AbortController();
  try {
    const answer = await fetch(address, { signal: last.signal });
    if (answer.ok) place.innerHTML = await answer.text();
  } catch (problem) {
    if (problem.name !== "AbortError") console.warn(problem);
  }
}

function tell(words) {
  const notice = document.createElement("div");
  notice.className = "notice notice--warn";
  notice.role = "alert";
  notice.textContent = words;
  document.getElementById("messages")?.replaceChildren(notice);
  notice.scrollIntoView({ block: "nearest" });
}
