// What a reader may not meet: text of low contrast, what is cut, pictures and controls without words.
// Each function lists the faults of the page that is loaded, in the size and the colours that it has.

document.head.append(Object.assign(document.createElement("style"), // colours at once, not while they change
  { textContent: "* { transition: none !important; animation: none !important; }" }));

const seen = (node) => node.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
const name = (node) => [node.tagName.toLowerCase(), ...node.classList].join(".");
const place = (node) => [node.parentElement?.parentElement, node.parentElement, node].filter(Boolean).map(name).join(" > ");
const remembered = (f) => {
  const values = new Map();
  return (node) => values.has(node) ? values.get(node) : (values.set(node, f(node)), values.get(node));
};

function channels(text) { // red, green and blue up to 255, and opacity
  const values = text.match(/[\d.e-]+/g).map(Number), unit = text.startsWith("color(srgb") ? 255 : 1;
  return [...values.slice(0, 3).map((v) => unit * v), values[3] ?? 1];
}
const over = (front, back) => back.map((v, i) => front[3] * front[i] + (1 - front[3]) * v);

function luminance(color) { // WCAG 2.1
  const [r, g, b] = color.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
function ratio(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

function contrasts() { // criterion 1.4.3: 4.5 to 1, of large text 3 to 1
  const canvas = getComputedStyle(document.documentElement).colorScheme.includes("dark") ? 18 : 255;
  const background = remembered((node) => {
    const below = node.parentElement ? background(node.parentElement) : [canvas, canvas, canvas];
    return over(channels(getComputedStyle(node).backgroundColor), below);
  });
  const opacity = remembered((node) =>
    getComputedStyle(node).opacity * (node.parentElement ? opacity(node.parentElement) : 1));
  const judged = remembered((node) => {
    const box = node.getBoundingClientRect();
    if (!seen(node) || box.width <= 1 || box.height <= 1) return "";
    if (node.closest("script, style, noscript, option, mjx-assistive-mml, :disabled")) return "";
    const style = getComputedStyle(node), below = background(node), size = parseFloat(style.fontSize);
    const ink = channels(node instanceof SVGElement ? style.fill : style.color);
    ink[3] *= opacity(node);
    const least = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
    const found = ratio(over(ink, below), below);
    return found < least ? `contrast ${found.toFixed(2)}: ${place(node)}` : "";
  });
  const faults = new Map(), texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode.data.trim(), fault = text && judged(texts.currentNode.parentElement);
    if (fault) faults.set(fault, text.slice(0, 40));
  }
  return [...faults].map(([fault, text]) => `${fault} "${text}"`);
}

function cuts(fitting) { // what ends beyond the window or its box, and does not scroll; or, of tables that fit, does
  const width = document.documentElement.clientWidth, whole = document.scrollingElement.scrollWidth;
  const faults = whole > width ? [`the page is ${whole} wide`] : [];
  const overflow = remembered((node) => getComputedStyle(node).overflowX);
  const scroller = remembered((node) =>
    !node || ["auto", "scroll"].includes(overflow(node)) ? node : scroller(node.parentElement));
  for (const node of document.querySelectorAll("body *")) {
    const box = node.getBoundingClientRect();
    if (box.width <= 1 || box.height <= 1 || !seen(node)) continue;
    if (node.closest("span.math, mjx-container, svg, .skip-link")) continue; // their boxes are not what is seen
    const around = scroller(node.parentElement);
    if (["hidden", "clip"].includes(overflow(node)) && node.scrollWidth > node.clientWidth + 1)
      faults.push(`cut in its box, ${node.scrollWidth} of ${node.clientWidth}: ${place(node)}`);
    if ((box.right > width + 1 || box.left < -1) && !around)
      faults.push(`cut by the window, ${box.left | 0} to ${box.right | 0}: ${place(node)}`);
    if (fitting && node.tagName === "TABLE" && around && around.scrollWidth > around.clientWidth + 1)
      faults.push(`a table of ${node.scrollWidth} in a box of ${around.clientWidth}: ${place(node)}`);
  }
  return faults;
}

const unnamed = () => // a control, a link or a picture of which nothing is said
  [...document.querySelectorAll("img, svg[role=img], button, a[href], input, select, [tabindex='0']")].filter((n) =>
    seen(n) && n.ariaHidden !== "true" && !(n.alt || n.ariaLabel || n.title || n.getAttribute("aria-labelledby") || n.textContent.trim()
      || n.labels?.length || n.placeholder || n.querySelector("img[alt]:not([alt=''])"))).map((n) => `no words: ${place(n)}`);

const focused = () => { // what has the focus, and whether that is seen
  const node = document.activeElement, style = getComputedStyle(node);
  return { name: node.id || node.name || name(node), value: node.value,
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1 };
};
