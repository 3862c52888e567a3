// Narrows the branches while one chooses, and counts the chosen. Without it the form's own button does the same.

const picker = document.querySelector("[data-branch-picker]");

function narrow() {
  const filters = [...picker.querySelectorAll("[data-branch-filter]")];
  for (const row of picker.querySelectorAll("[data-branch]")) {
    const fits = filters.every((filter) => !filter.value || row.dataset[filter.dataset.branchFilter] === filter.value);
    row.hidden = !fits && !row.querySelector("input").checked;
  }
}

function count() {
  picker.querySelector("[data-branch-count]").textContent = picker.querySelectorAll("[name=branches]:checked").length;
}

if (picker) {
  picker.addEventListener("change", (event) => {
    if (event.target.matches("[data-branch-filter]")) narrow();
    if (event.target.name === "branches") count();
  });
}
