// The four charts of the live page, drawn as SVG.
"use strict";

const WIDTH = 520, HEIGHT = 260, LEFT = 48, RIGHT = 40, TOP = 12, BOTTOM = 30;

function element(name, attributes = {}, parent = null, text = "") {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.textContent = text;
  if (parent) parent.append(node);
  return node;
}

function start(svg, label, height = HEIGHT) {
  svg.replaceChildren();
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${height}`);
  svg.setAttribute("aria-label", label);
  return svg;
}

function linear(from, to, a, b) {
  return (x) => a + ((b - a) * (x - from)) / (to - from);
}

function path(svg, points, attributes) {
  const d = points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(2)} ${y.toFixed(2)}`).join("");
  return element("path", { d, fill: "none", "stroke-width": 2, ...attributes }, svg);
}

function axes(svg, x, xs, y, ys, format = (v) => String(v)) {
  const [bottom, left] = [HEIGHT - BOTTOM, LEFT];
  path(svg, [[left, TOP], [left, bottom], [WIDTH - RIGHT, bottom]], { class: "axis" });
  for (const v of xs) element("text", { x: x(v), y: bottom + 16, "text-anchor": "middle" }, svg, String(v));
  for (const v of ys) {
    element("text", { x: left - 6, y: y(v) + 4, "text-anchor": "end" }, svg, format(v));
  }
}

function ticks(low, high, count = 5) {
  const raw = (high - low) / count, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((m) => m * power).find((s) => s >= raw);
  const first = Math.ceil(low / step), last = Math.floor(high / step);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(6)));
}

// Where the figures look: what both distributions cover, at whole numbers.
function reach(state) {
  const width = (d) => d.scale * (d.kind === "histogram" ? REACH : d.kind === "mixture" ? 3.2 : 3.6);
  return [
    Math.floor(Math.min(-width(state.p), state.separation - width(state.q))),
    Math.ceil(Math.max(width(state.p), state.separation + width(state.q))),
  ];
}

function grid(low, high, count = 480) {
  return Array.from({ length: count + 1 }, (_, i) => low + ((high - low) * (i + 0.5)) / (count + 1));
}

function legend(svg, entries) {
  entries.forEach(([text, colour, dash], i) => {
    const x = LEFT + 8 + (i < 2 ? 0 : 76), y = TOP + 4 + 15 * (i % 2);
    path(svg, [[x, y], [x + 22, y]], { stroke: colour, "stroke-dasharray": dash });
    element("text", { x: x + 28, y: y + 4 }, svg, text);
  });
}

function drawDensities(svg, state) {
  start(svg, say("densities_alt"));
  const [p, q] = pair(state), [low, high] = reach(state), xs = grid(low, high);
  const density = (d) => xs.map((x) => Math.exp(d.log(x)));
  const [a, b] = [density(p), density(q)];
  const top = 1.35 * Math.max(0.05, ...a, ...b);
  const x = linear(low, high, LEFT, WIDTH - RIGHT), y = linear(0, top, HEIGHT - BOTTOM, TOP);
  const share = linear(0, 1.35, HEIGHT - BOTTOM, TOP);
  axes(svg, x, ticks(low, high), y, ticks(0, top, 4));
  for (const v of [0, 0.5, 1]) element("text", { x: WIDTH - RIGHT + 6, y: share(v) + 4 }, svg, String(v));
  const line = (values, attributes) => path(svg, values.map((v, i) => [x(xs[i]), y(v)]), attributes);
  line(a, { stroke: "var(--p)" });
  line(b, { stroke: "var(--q)" });
  line(a.map((v, i) => 0.5 * (v + b[i])), { stroke: "var(--m)", "stroke-dasharray": "2 3" });
  const best = xs.map((z) => [x(z), share(1 / (1 + Math.exp(q.log(z) - p.log(z))))]);
  path(svg, best.filter(([, v]) => !Number.isNaN(v)), { stroke: "var(--d)", "stroke-dasharray": "7 4", "stroke-width": 1.5 });
  legend(svg, [["P", "var(--p)", ""], ["Q", "var(--q)", ""], [say("mixture_m"), "var(--m)", "2 3"],
    [say("d_star"), "var(--d)", "7 4"]]);
  return { x };
}

function drawIntegrand(svg, state) {
  start(svg, say("integrand_alt"));
  const [p, q] = pair(state), [low, high] = reach(state), xs = grid(low, high);
  const k = NAMES.indexOf(state.quantity);
  const f = (z) => (state.quantity === "w1" ? Math.abs(p.cdf(z) - q.cdf(z)) : integrands(p, q, z)[k]);
  const values = xs.map(f), finite = values.filter(Number.isFinite).sort((u, v) => u - v);
  const top = Math.max(1e-3, 1.1 * finite[Math.floor(0.999 * (finite.length - 1))]);
  const x = linear(low, high, LEFT, WIDTH - RIGHT), y = linear(0, top, HEIGHT - BOTTOM, TOP);
  axes(svg, x, ticks(low, high), y, ticks(0, top, 4));
  const points = values.map((v, i) => [x(xs[i]), y(Math.min(v, top))]);
  const closed = [[x(xs[0]), y(0)], ...points, [x(xs[xs.length - 1]), y(0)]];
  path(svg, closed, { fill: "var(--js)", "fill-opacity": 0.25, stroke: "none" });
  path(svg, points, { stroke: "var(--js)" });
}

function drawBars(svg, found) {
  const rows = [...NAMES, "value"], step = 26, height = rows.length * step + 40;
  start(svg, say("bars_alt"), height);
  const x = linear(-1.5, 2.5, 100, WIDTH - 66), bottom = rows.length * step + 8;
  for (const v of [-1, 0, 1, 2]) {
    path(svg, [[x(v), 4], [x(v), bottom]], { class: "axis" });
    element("text", { x: x(v), y: bottom + 16, "text-anchor": "middle" }, svg, String(v));
  }
  path(svg, [[x(LOG2), 2], [x(LOG2), bottom]], { stroke: "var(--js)", "stroke-dasharray": "4 3" });
  rows.forEach((name, i) => {
    const value = found[name], end = x(Math.max(-1.5, Math.min(2.5, value))), y = 6 + i * step;
    element("text", { x: 94, y: y + 14, "text-anchor": "end" }, svg, say(name).split(/[ （=]/)[0]);
    element("rect", { x: Math.min(x(0), end), y, width: Math.abs(end - x(0)), height: 18, fill: "var(--p)",
      "fill-opacity": 0.75 }, svg);
    const shown = Number.isFinite(value) ? value.toFixed(3) : "∞";
    const text = value > 2.5 ? `▸ ${shown}` : shown;
    element("text", { x: Math.max(end, x(0)) + 5, y: y + 14 }, svg, text);
  });
  element("text", { x: x(LOG2), y: bottom + 28, "text-anchor": "middle" }, svg, say("log2"));
}

function drawCurve(svg, state, limit) {
  start(svg, say("curve_alt"));
  const places = Array.from({ length: 61 }, (_, i) => (limit * i) / 60);
  const js = places.map((s) => jensenShannon(state, s));
  const slopes = places.map((s) => Math.abs(slope(state, s)));
  const x = linear(0, limit, LEFT, WIDTH - RIGHT - 10);
  const y = linear(0, 0.8, HEIGHT - BOTTOM, TOP), decades = linear(-24, 2, HEIGHT - BOTTOM, TOP);
  axes(svg, x, ticks(0, limit), y, [0, 0.2, 0.4, 0.6], (v) => v.toFixed(1));
  for (const v of [-24, -18, -12, -6, 0]) {
    element("text", { x: WIDTH - RIGHT - 4, y: decades(v) + 4 }, svg, v ? `1e${v}` : "1");
  }
  path(svg, [[LEFT, y(LOG2)], [WIDTH - RIGHT - 10, y(LOG2)]], { class: "axis", "stroke-dasharray": "4 3" });
  path(svg, [[x(state.separation), TOP], [x(state.separation), HEIGHT - BOTTOM]], { class: "axis" });
  path(svg, places.map((s, i) => [x(s), y(js[i])]), { stroke: "var(--js)" });
  const seen = places.map((s, i) => [x(s), decades(Math.log10(slopes[i]))]);
  path(svg, seen.filter(([, v]) => v <= HEIGHT - BOTTOM), { stroke: "var(--d)", "stroke-dasharray": "7 4" });
  element("text", { x: x(limit) - 6, y: y(LOG2) - 5, "text-anchor": "end" }, svg, say("log2"));
  const names = [[say("js"), "var(--js)", ""], [say("slope"), "var(--d)", "7 4"]];
  names.forEach(([text, colour, dash], i) => {
    const left = LEFT + 14 + 90 * i, low = HEIGHT - BOTTOM - 12;
    path(svg, [[left, low], [left + 22, low]], { stroke: colour, "stroke-dasharray": dash });
    element("text", { x: left + 28, y: low + 4 }, svg, text);
  });
}
