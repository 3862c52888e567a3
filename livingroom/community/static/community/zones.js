// Writes the visitor's own time beside the place's. Without this script the page has the list of clocks.
for (const spot of document.querySelectorAll("[data-own-time]")) {
  const show = (text) => new Date(text).toLocaleString(document.documentElement.lang || undefined, {
    weekday: "short", day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
  });
  spot.querySelector("[data-own-time-words]").textContent = show(spot.dataset.ownTime);
  spot.hidden = false;
}
