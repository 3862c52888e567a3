// Draws every figure with data-chart from the specification written in it. The bundle is fetched when the first is met.
// Expressions are interpreted (ast), never compiled: the content security policy forbids making code from words.

const bundles = new Map();
const views = new Map();
const machine = matchMedia("(prefers-color-scheme: dark)");

function load(address) {
  if (!bundles.has(address)) {
    bundles.set(
      address,
      new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = address;
        script.onload = resolve;
        script.onerror = () => reject(new Error("The chart bundle did not load."));
        document.head.append(script);
      }),
    );
  }
  return bundles.get(address);
}

function isDark() {
  const chosen = document.documentElement.dataset.theme;
  return chosen ? chosen === "dark" : machine.matches;
}

function fitted(theme, width) {
  const legend = { ...theme.legend, columns: Math.max(1, Math.floor(width / 165)) };
  return { ...theme, legend };
}

async function draw(figure) {
  const picture = figure.querySelector("[data-chart-picture]");
  const written = figure.querySelector('script[type="application/json"]');
  if (!picture || !written) return;
  const { spec, themes } = JSON.parse(written.textContent);
  try {
    await load(figure.dataset.bundle);
    views.get(figure)?.finalize();
    const drawn = await window.vegaEmbed(picture, spec, {
      mode: "vega-lite",
      ast: true,
      actions: false,
      renderer: "svg",
      defaultStyle: false,
      tooltip: { disableDefaultStyle: true, theme: "house" },
      config: fitted(themes[isDark() ? "dark" : "light"], picture.clientWidth),
    });
    views.set(figure, drawn);
    figure.dataset.drawn = "";
  } catch (error) {
    console.error(error);
    picture.replaceChildren(Object.assign(document.createElement("p"), { className: "chart__failed", textContent: "The picture could not be drawn. The figures are in the table below." }));
    figure.querySelector(".chart__data")?.setAttribute("open", "");
  }
}

function drawAll(root) {
  if (root.matches?.("[data-chart]")) draw(root);
  for (const figure of root.querySelectorAll("[data-chart]")) draw(figure);
}

function redraw() {
  for (const figure of [...views.keys()]) figure.isConnected ? draw(figure) : views.delete(figure);
}

document.addEventListener("theme-chosen", redraw);
machine.addEventListener("change", redraw);
document.addEventListener("htmx:load", (event) => {
  if (event.target !== document.body) drawAll(event.target);
});
drawAll(document);
