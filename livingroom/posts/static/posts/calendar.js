// Drag an entry to another day. Without it each entry has a small form that does the same.

// Before it is dropped on a day that nobody approved, the page says so.

const asks = document.querySelector("[data-calendar-asks]");
let dragged = null;

function warn(day) {
  const entry = dragged?.dataset;
  const on = day?.dataset.day;
  const again = Boolean(entry?.asks && on && (on < entry.holdsFrom || on > entry.holdsTo));
  asks.textContent = again ? entry.asks : "";
  asks.hidden = !again;
  day?.classList.toggle("calendar__day--asks", again);
}

const table = document.querySelector("[data-calendar]");

function drop(event) {
  const day = event.target.closest("[data-day]");
  const entry = document.getElementById(event.dataTransfer.getData("text/plain"));
  if (!day || !entry) return;
  event.preventDefault();
  day.classList.remove("calendar__day--over", "calendar__day--asks");
  move(entry, day);
}

async function move(entry, day) {
  const body = new FormData();
  body.set("on", day.dataset.day);
  body.set("zone", table.dataset.zone);
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  const headers = { "X-CSRFToken": token, "X-Requested-With": "drop" };
  const answer = await fetch(entry.dataset.move, { method: "POST", body, headers });
  if (answer.ok) return location.reload();
  const said = answer.status === 422 ? (await answer.json()).why : "It could not be moved.";
  const place = document.querySelector("[data-calendar-said]");
  place.textContent = said;
  place.hidden = false;
}

if (table) {
  table.addEventListener("dragstart", (event) => {
    const entry = event.target.closest("[data-move]");
    dragged = entry;
    if (entry) event.dataTransfer.setData("text/plain", entry.id);
  });
  table.addEventListener("dragover", (event) => {
    const day = event.target.closest("[data-day]");
    if (!day) return;
    event.preventDefault();
    day.classList.add("calendar__day--over");
    warn(day);
  });
  table.addEventListener("dragend", () => {
    dragged = null;
    warn(null);
  });
  table.addEventListener("dragleave", (event) => {
    event.target.closest("[data-day]")?.classList.remove("calendar__day--over", "calendar__day--asks");
  });
  table.addEventListener("drop", drop);
}
