/** Owns the small plots: a line with its area, and its text description. */

const SPAN_MS = 90_000;
const WIDTH = 300;
const HEIGHT = 64;

function element(name, attributes) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
}

/** Draws the last minute and a half; `samples` are `{ at, value }`, `top` is the maximum value. */
export function draw(svg, samples, top) {
  const now = Date.now();
  const shown = samples.filter(({ at }) => now - at < SPAN_MS);
  const x = (at) => (WIDTH * (1 - (now - at) / SPAN_MS)).toFixed(1);
  const y = (value) => (HEIGHT - 1 - (HEIGHT - 2) * Math.min(1, value / top)).toFixed(1);
  const points = shown.map(({ at, value }) => `${x(at)},${y(value)}`);
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.replaceChildren(element("line", { class: "half", x1: 0, x2: WIDTH, y1: HEIGHT / 2, y2: HEIGHT / 2 }));
  if (points.length < 2) return;
  const [first, last] = [shown[0], shown[shown.length - 1]];
  svg.append(
    element("polygon", {
      class: "area",
      points: `${x(first.at)},${HEIGHT} ${points.join(" ")} ${x(last.at)},${HEIGHT}`,
    }),
    element("polyline", { class: "line", points: points.join(" ") }),
  );
}

export function megabytes(bytes) {
  const value = bytes / 1024 ** 2;
  return value >= 100 || value === 0 ? value.toFixed(0) : value.toFixed(1);
}
