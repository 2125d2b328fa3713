// The state of the live page: its controls, its address, and what is drawn from it.
"use strict";

const KINDS = ["normal", "laplace", "mixture", "uniform", "histogram"];
const LIMIT = 12; // of the separation
const HILL = Array.from({ length: BINS }, (_, i) => Math.round(9 * Math.exp(-0.5 * ((i - 11.5) / 3.5) ** 2)));
const TALLEST = 9;

function initial() {
  const side = (kind) => ({ kind, scale: 1, weight: 0.5, heights: [...HILL] });
  return { p: side("normal"), q: side("normal"), separation: 2, quantity: "js" };
}

let state = initial();

// ---- the address ---------------------------------------------------------------------------------

function sideText({ kind, scale, weight, heights }) {
  return [kind, scale, weight, heights.join("")].join("_");
}

function readSide(text, side) {
  const [kind, scale, weight, heights] = (text || "").split("_");
  if (KINDS.includes(kind)) side.kind = kind;
  if (scale > 0 && scale <= 5) side.scale = Number(scale);
  if (weight > 0 && weight < 1) side.weight = Number(weight);
  if (new RegExp(`^[0-9]{${BINS}}$`).test(heights)) side.heights = [...heights].map(Number);
}

function readAddress() {
  const fields = new URLSearchParams(location.hash.slice(1));
  state = initial();
  readSide(fields.get("p"), state.p);
  readSide(fields.get("q"), state.q);
  const separation = Number(fields.get("s") ?? state.separation);
  if (separation >= 0 && separation <= LIMIT) state.separation = separation;
  if (NAMES.includes(fields.get("f"))) state.quantity = fields.get("f");
  language = fields.get("lang") in WORDS ? fields.get("lang") : "en";
}

function writeAddress() {
  const fields = { p: sideText(state.p), q: sideText(state.q), s: state.separation, f: state.quantity, lang: language };
  history.replaceState(null, "", location.href.split("#")[0] + "#" + new URLSearchParams(fields));
}

// ---- the controls --------------------------------------------------------------------------------

function labelled(parent, key, input, shown = true) {
  const label = document.createElement("label"), output = document.createElement("output");
  const text = document.createElement("span");
  text.dataset.words = key;
  input.id = `${input.name}-input`;
  label.htmlFor = input.id;
  label.append(text, ...(shown ? [output] : []), input);
  parent.append(label);
  return { label, output };
}

function choice(parent, key, names, holder, field) {
  const select = document.createElement("select");
  select.name = `${parent.id}-${field}`;
  for (const name of names) select.append(new Option("", name));
  select.addEventListener("change", () => { holder()[field] = select.value; update(); });
  labelled(parent, key, select, false);
  return () => {
    for (const option of select.options) option.textContent = say(option.value);
    select.value = holder()[field];
  };
}

function slider(parent, key, range, holder, field, visible = () => true) {
  const input = document.createElement("input");
  Object.assign(input, { type: "range", ...range, name: `${parent.id}-${field}` });
  const { label, output } = labelled(parent, key, input);
  input.addEventListener("input", () => { holder()[field] = Number(input.value); update(); });
  return () => {
    input.value = holder()[field];
    output.textContent = holder()[field].toFixed(2);
    label.hidden = !visible();
    label.style.display = label.hidden ? "none" : "";
  };
}

const refreshers = [];

function build() {
  for (const side of ["p", "q"]) {
    const parent = document.getElementById(side), holder = () => state[side];
    refreshers.push(
      choice(parent, "kind", KINDS, holder, "kind"),
      slider(parent, "scale", { min: 0.2, max: 3, step: 0.05 }, holder, "scale"),
      slider(parent, "weight", { min: 0.05, max: 0.95, step: 0.05 }, holder, "weight", () => holder().kind === "mixture"),
    );
  }
  const both = document.getElementById("both");
  refreshers.push(
    slider(both, "separation", { min: 0, max: LIMIT, step: 0.05 }, () => state, "separation"),
    choice(both, "quantity", NAMES, () => state, "quantity"),
  );
  document.getElementById("reset").addEventListener("click", (event) => {
    event.preventDefault();
    state = initial();
    update();
  });
  document.getElementById("language").addEventListener("click", () => {
    language = language === "en" ? "zh" : "en";
    update();
  });
  window.addEventListener("hashchange", () => { readAddress(); update(); });
}

// ---- the histogram, by mouse and by keys ---------------------------------------------------------

function bins(svg, side, { x }) {
  const holder = state[side], loc = side === "p" ? 0 : state.separation;
  const edge = (i) => x(loc + holder.scale * REACH * ((2 * i) / BINS - 1));
  const set = (i, height) => {
    holder.heights[i] = Math.max(0, Math.min(TALLEST, Math.round(height)));
    update();
    document.getElementById(`${side}-bin-${i}`)?.focus();
  };
  const place = (event) => {
    const box = svg.getBoundingClientRect(), unit = WIDTH / box.width;
    const [left, down] = [(event.clientX - box.left) * unit, (event.clientY - box.top) * unit];
    const i = Math.floor((BINS * (left - edge(0))) / (edge(BINS) - edge(0)));
    if (i >= 0 && i < BINS) set(i, (TALLEST * (HEIGHT - BOTTOM - down)) / (HEIGHT - BOTTOM - TOP));
  };
  holder.heights.forEach((height, i) => {
    const label = say("bin", { i: i + 1, distribution: side.toUpperCase(), height });
    const bin = element("rect", { class: "bin", id: `${side}-bin-${i}`, x: edge(i), y: TOP,
      width: edge(i + 1) - edge(i), height: HEIGHT - BOTTOM - TOP, tabindex: 0, role: "slider",
      "aria-valuemin": 0, "aria-valuemax": TALLEST, "aria-valuenow": height, "aria-label": label }, svg);
    bin.addEventListener("keydown", (event) => {
      const change = { ArrowUp: 1, ArrowDown: -1 }[event.key], side_step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (change) set(i, height + change);
      if (side_step) document.getElementById(`${side}-bin-${i + side_step}`)?.focus();
      if (change || side_step) event.preventDefault();
    });
    bin.addEventListener("pointerdown", place);
    bin.addEventListener("pointermove", (event) => { if (event.buttons) place(event); });
  });
}

// ---- everything ----------------------------------------------------------------------------------

function update() {
  document.documentElement.lang = language === "zh" ? "zh-Hant-TW" : "en";
  for (const node of document.querySelectorAll("[data-words]")) {
    node.textContent = say(node.dataset.words, { name: say(state.quantity) });
  }
  document.getElementById("language").textContent = say("language");
  document.title = `divergences: ${say("title")}`;
  refreshers.forEach((refresh) => refresh());
  const found = quantities(state), svg = (id) => document.getElementById(id);
  const frame = drawDensities(svg("densities"), state);
  for (const side of ["q", "p"]) if (state[side].kind === "histogram") bins(svg("densities"), side, frame);
  drawIntegrand(svg("integrand"), state);
  drawBars(svg("bars"), found);
  drawCurve(svg("curve"), state, LIMIT);
  const body = document.querySelector("#numbers tbody");
  body.replaceChildren(...[...NAMES, "value", "slope"].map((name) => {
    const row = document.createElement("tr");
    const shown = Number.isFinite(found[name]) ? Number(found[name].toPrecision(10)).toString() : "∞";
    row.append(Object.assign(document.createElement("td"), { textContent: say(name) }),
      Object.assign(document.createElement("td"), { textContent: shown, id: `value-${name}` }));
    return row;
  }));
  writeAddress();
}

readAddress();
build();
update();
