// The numbers of the live page: distributions on the line, integrals over them, and the slope of JS.
"use strict";

const LOG2 = Math.LN2;
const BINS = 24; // of a drawn histogram
const REACH = 4; // a histogram covers loc ± REACH * scale

// ---- distributions -------------------------------------------------------------------------------

// The complementary error function: a series of positive terms below 3, and Lentz's continued fraction.
function erfc(x) {
  if (x < 0) return 2 - erfc(-x);
  if (x < 3) {
    let term = x, sum = x;
    for (let n = 1; term > sum * 1e-17; n++) {
      term *= (2 * x * x) / (2 * n + 1);
      sum += term;
    }
    return 1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
  }
  let c = x, d = 0, f = x;
  for (let n = 1; n < 200; n++) {
    d = 1 / (x + (n / 2) * d);
    c = x + n / 2 / c;
    f *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return Math.exp(-x * x) / (Math.sqrt(Math.PI) * f);
}

function normal(loc, scale) {
  const shift = Math.log(scale) + 0.5 * Math.log(2 * Math.PI);
  return {
    log: (x) => -0.5 * ((x - loc) / scale) ** 2 - shift,
    slope: (x) => -(x - loc) / scale ** 2, // of the logarithm
    cdf: (x) => 0.5 * erfc((loc - x) / (scale * Math.SQRT2)),
    breaks: [-38, -12, -6, -3, -1, 0, 1, 3, 6, 12, 38].map((z) => loc + z * scale),
    edges: [],
  };
}

function laplace(loc, scale) {
  const b = scale / Math.SQRT2; // the standard deviation is the scale
  const tail = (x) => 0.5 * Math.exp(-Math.abs(x - loc) / b);
  return {
    log: (x) => -Math.abs(x - loc) / b - Math.log(2 * b),
    slope: (x) => -Math.sign(x - loc) / b,
    cdf: (x) => (x < loc ? tail(x) : 1 - tail(x)),
    breaks: [-700, -100, -36, -12, -4, -1, 0, 1, 4, 12, 36, 100, 700].map((z) => loc + z * b),
    edges: [],
  };
}

// Two normal components of half the scale, 1.5 scales to the left and to the right.
function mixture(loc, scale, weight) {
  const a = normal(loc - 1.5 * scale, 0.5 * scale);
  const b = normal(loc + 1.5 * scale, 0.5 * scale);
  const logs = (x) => [Math.log(weight) + a.log(x), Math.log1p(-weight) + b.log(x)];
  return {
    log: (x) => {
      const [u, v] = logs(x);
      return Math.max(u, v) + Math.log1p(Math.exp(-Math.abs(u - v)));
    },
    slope: (x) => {
      const [u, v] = logs(x);
      const share = 1 / (1 + Math.exp(v - u));
      return share * a.slope(x) + (1 - share) * b.slope(x);
    },
    cdf: (x) => weight * a.cdf(x) + (1 - weight) * b.cdf(x),
    breaks: [...a.breaks, ...b.breaks],
    edges: [],
  };
}

// Constant between edges: a uniform distribution, or a histogram.
function steps(edges, heights) {
  const widths = heights.map((_, i) => edges[i + 1] - edges[i]);
  const total = heights.reduce((sum, h, i) => sum + h * widths[i], 0);
  const density = heights.map((h) => h / total);
  const below = [0];
  density.forEach((d, i) => below.push(below[i] + d * widths[i]));
  const bin = (x) => {
    let i = 0;
    while (i < heights.length && x >= edges[i + 1]) i++;
    return i;
  };
  return {
    log: (x) => (x < edges[0] || x >= edges[heights.length] ? -Infinity : Math.log(density[bin(x)])),
    slope: () => 0,
    cdf: (x) => {
      if (x <= edges[0]) return 0;
      const i = bin(x);
      return i < heights.length ? below[i] + density[i] * (x - edges[i]) : 1;
    },
    breaks: edges,
    edges: edges.map((x, i) => [x, density[i - 1] || 0, density[i] || 0]), // place, left, right
  };
}

function uniform(loc, scale) {
  const half = scale * Math.sqrt(3); // the standard deviation is the scale
  return steps([loc - half, loc + half], [1]);
}

function histogram(loc, scale, heights) {
  const some = heights.some((h) => h > 0) ? heights : heights.map(() => 1);
  const edges = [...Array(BINS + 1).keys()].map((i) => loc + scale * REACH * ((2 * i) / BINS - 1));
  return steps(edges, some);
}

function distribution({ kind, scale, weight, heights }, loc) {
  if (kind === "normal") return normal(loc, scale);
  if (kind === "laplace") return laplace(loc, scale);
  if (kind === "mixture") return mixture(loc, scale, weight);
  if (kind === "uniform") return uniform(loc, scale);
  return histogram(loc, scale, heights);
}

// ---- integrals -----------------------------------------------------------------------------------

// Nodes and weights of the Gauss-Legendre rule, by Newton's method on the Legendre polynomial.
function gauss(n) {
  const nodes = [], weights = [];
  for (let i = 0; i < n; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5)), slope = 1;
    for (let round = 0; round < 100; round++) {
      let before = 1, here = x;
      for (let k = 2; k <= n; k++) [before, here] = [here, ((2 * k - 1) * x * here - (k - 1) * before) / k];
      slope = (n * (x * here - before)) / (x * x - 1);
      const change = here / slope;
      x -= change;
      if (Math.abs(change) < 1e-16) break;
    }
    nodes.push(x);
    weights.push(2 / ((1 - x * x) * slope * slope));
  }
  return { nodes, weights };
}

const RULE = gauss(15);
const SAMPLES = 128; // of a panel, to see where a function changes its sign

function panel(f, a, b, size) {
  const sum = new Float64Array(size), half = 0.5 * (b - a), middle = 0.5 * (a + b);
  RULE.nodes.forEach((x, i) => {
    const values = f(middle + half * x);
    for (let k = 0; k < size; k++) if (values[k] !== 0) sum[k] += half * RULE.weights[i] * values[k];
  });
  return sum;
}

// Integrals of the entries of f: panels are halved until the halves agree with the whole.
function integrate(f, breaks, size, relative = 1e-12) {
  const places = [...new Set(breaks)].sort((x, y) => x - y);
  const total = new Float64Array(size);
  const scale = new Float64Array(size);
  const first = places.slice(1).map((b, i) => [places[i], b, panel(f, places[i], b, size), 0]);
  for (const [, , sum] of first) sum.forEach((s, k) => (scale[k] += Math.abs(s)));
  const open = first.reverse();
  while (open.length) {
    const [a, b, whole, depth] = open.pop();
    const middle = 0.5 * (a + b);
    const left = panel(f, a, middle, size), right = panel(f, middle, b, size);
    const close = whole.every((w, k) => {
      const both = left[k] + right[k];
      return !Number.isFinite(both) || Math.abs(both - w) <= relative * scale[k];
    });
    if (close || depth > 45) for (let k = 0; k < size; k++) total[k] += left[k] + right[k];
    else open.push([middle, b, right, depth + 1], [a, middle, left, depth + 1]);
  }
  return total;
}

// ---- quantities ----------------------------------------------------------------------------------

const NAMES = ["kl", "reverse_kl", "js", "tv", "hellinger2", "w1"];

// log(1 + e^t) without overflow.
function softplus(t) {
  return t > 0 ? t + Math.log1p(Math.exp(-t)) : Math.log1p(Math.exp(t));
}

// p log(p/q) - p + q for p = e^u and q = e^v: never negative, and accurate near p = q.
function klTerm(u, v, p, q) {
  if (p === 0) return q;
  const t = v - u;
  return Math.abs(t) < 1 ? p * (Math.expm1(t) - t) : q - p - p * t;
}

// What each place adds to the quantities, in the order of NAMES but for W1.
function integrands(p, q, x) {
  const u = p.log(x), v = q.log(x), a = Math.exp(u), b = Math.exp(v);
  if (a === 0 && b === 0) return [0, 0, 0, 0, 0];
  const log_m = Math.max(u, v) + softplus(-Math.abs(u - v)) - LOG2, m = 0.5 * (a + b);
  return [
    klTerm(u, v, a, b),
    klTerm(v, u, b, a),
    0.5 * (klTerm(u, log_m, a, m) + klTerm(v, log_m, b, m)),
    0.5 * Math.abs(a - b),
    0.5 * (Math.sqrt(a) - Math.sqrt(b)) ** 2,
  ];
}

function pair(state, separation = state.separation) {
  return [distribution(state.p, 0), distribution(state.q, separation)];
}

// Where a function changes its sign: there its absolute value has a kink that a rule could overlook.
function crossings(f, breaks) {
  const places = [...new Set(breaks)].sort((x, y) => x - y), found = [];
  places.slice(1).forEach((end, i) => {
    const step = (end - places[i]) / SAMPLES;
    for (let k = 0; k < SAMPLES; k++) {
      let a = places[i] + k * step, b = a + step;
      const inset = 1e-9 * step, [left, right] = [f(a + inset), f(b - inset)];
      if (!(left * right < 0) || Math.max(Math.abs(left), Math.abs(right)) < 1e-14) continue;
      for (let round = 0; round < 60; round++) {
        const middle = 0.5 * (a + b);
        if (f(middle) * left > 0) a = middle;
        else b = middle;
      }
      found.push(0.5 * (a + b));
    }
  });
  return found;
}

function quantities(state) {
  const [p, q] = pair(state);
  const ends = [...p.breaks, ...q.breaks];
  const densities = (x) => p.log(x) - q.log(x), levels = (x) => p.cdf(x) - q.cdf(x);
  const breaks = [...ends, ...crossings(densities, ends), ...crossings(levels, ends)];
  const f = (x) => [...integrands(p, q, x), Math.abs(levels(x))];
  const sums = integrate(f, breaks, NAMES.length);
  const found = Object.fromEntries(NAMES.map((name, k) => [name, sums[k]]));
  found.value = 2 * found.js - 2 * LOG2; // V(D*)
  found.slope = slope(state, state.separation);
  return found;
}

// The derivative of JS by the separation, which moves Q to the right. From the deficit
// log 2 - JS = E_p log(1 + q/p)/2 + E_q log(1 + p/q)/2, so that nothing cancels where JS saturates:
// q' log(1 + p/q)/2 inside, and what moves over each edge of Q.
function slope(state, separation) {
  const [p, q] = pair(state, separation);
  const inside = (x) => {
    const v = q.log(x), b = Math.exp(v);
    return [b === 0 ? 0 : 0.5 * b * q.slope(x) * softplus(p.log(x) - v)];
  };
  const smooth = q.edges.length ? 0 : integrate(inside, [...p.breaks, ...q.breaks], 1, 1e-11)[0];
  const deficit = (u, b) => {
    const v = Math.log(b), a = Math.exp(u);
    return 0.5 * ((a > 0 ? a * softplus(v - u) : 0) + (b > 0 ? b * softplus(u - v) : 0));
  };
  const jumps = q.edges.map(([x, l, r]) => deficit(p.log(x), r) - deficit(p.log(x), l));
  return smooth + jumps.reduce((sum, jump) => sum + jump, 0);
}

function jensenShannon(state, separation) {
  const [p, q] = pair(state, separation);
  const f = (x) => [integrands(p, q, x)[2]];
  return integrate(f, [...p.breaks, ...q.breaks], 1, 1e-8)[0];
}
