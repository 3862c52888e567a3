// Listens to what changes, and tells the page by "conversations-changed".
//
// The stream is held open while the page is seen. Where something in between keeps an open answer for itself, and where a
// browser has too many tabs open (it makes six connections to one house), the house is asked again and again instead.

const inbox = document.querySelector("[data-inbox]");
const HELD_IN_ONE_BROWSER = 3;
const SILENT = 45_000; // it says something every fifteen seconds
const UNHEARD = 8000;
const CLOSED = 20_000;
let stream = null;
let since = inbox?.dataset.since ?? "";
let heardAt = 0;
let comesThrough = true; // as far as we know
let hasHeard = false;
let leave = null;
let turn = 0;

function hush() {
  stream?.close();
  leave?.();
  stream = leave = null;
}

// Gives what gives the place back; null when none is free. A tab that goes away gives its place back by itself.
function takePlace(number = 0) {
  if (number === HELD_IN_ONE_BROWSER) return Promise.resolve(null);
  if (!navigator.locks) return Promise.resolve(() => {});
  return new Promise((found) => {
    navigator.locks.request(`inbox-stream-${number}`, { ifAvailable: true }, (lock) =>
      lock ? new Promise((done) => found(done)) : found(takePlace(number + 1)),
    );
  });
}

async function listen() {
  const mine = ++turn;
  hush();
  if (document.hidden) return;
  const free = comesThrough ? await takePlace() : null;
  if (mine !== turn) return free?.();
  leave = free;
  const asked = new URLSearchParams({ since, ...(free ? {} : { hold: "no" }) });
  stream = new EventSource(`${inbox.dataset.stream}?${asked}`);
  hasHeard = false;
  heardAt = Date.now();
  stream.addEventListener("held", note);
  stream.addEventListener("changed", (event) => {
    note(event);
    document.dispatchEvent(new CustomEvent("conversations-changed", { detail: JSON.parse(event.data) }));
  });
}

function note(event) {
  since = event.lastEventId || since;
  heardAt = Date.now();
  hasHeard = true;
}

function watch() {
  if (!stream) return;
  const silent = Date.now() - heardAt;
  if (leave && !hasHeard && silent > UNHEARD && stream.readyState === EventSource.OPEN) comesThrough = false;
  else if (stream.readyState === EventSource.CLOSED ? silent < CLOSED : silent < SILENT) return;
  listen();
}

if (inbox) {
  listen();
  setInterval(watch, 4000);
  document.addEventListener("visibilitychange", listen);
  window.addEventListener("pagehide", hush);
  window.addEventListener("pageshow", (event) => event.persisted && listen());
}
