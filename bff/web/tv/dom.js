// Creates elements. Text is always inserted as text, never as markup.

export const byId = (id) => document.getElementById(id);

/** el("p", {class: "why", aria: {label: "..."}}, "text", child, null) */
export function el(tag, properties = {}, ...children) {
  return dress(document.createElement(tag), properties, children);
}

/** Text of unknown direction: an Arabic or Hebrew name does not turn the numbers beside it around. */
export const name = (text) => el("bdi", {}, text);

const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** The same inside a sentence: the isolates of Unicode's bidirectional algorithm. */
export const inSentence = (text) => (RIGHT_TO_LEFT.test(text) ? `\u2068${text}\u2069` : text);

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  up: "M2 10h4v11H2zM8 21V10l5-8c1.6 0 2.6 1.3 2.3 2.8L14.5 9H20a2 2 0 0 1 2 2.4l-1.6 8A2 2 0 0 1 18.4 21z",
  check: "M9 20.4 1.6 13l2.8-2.8L9 14.8 19.6 4.2 22.4 7z",
  play: "M5 2.5v19L22 12z",
  search: "M10 2a8 8 0 1 0 4.9 14.3l5.4 5.4 1.4-1.4-5.4-5.4A8 8 0 0 0 10 2zm0 2.6a5.4 5.4 0 1 1 0 10.8 5.4 5.4 0 0 1 0-10.8z",
};

/** A drawn sign: up, down (a thumb each), check, play, search. Its meaning is said by the text beside it. */
export function icon(kind) {
  const path = dress(document.createElementNS(SVG, "path"), { d: PATHS[kind === "down" ? "up" : kind] }, []);
  const svg = dress(document.createElementNS(SVG, "svg"), { viewBox: "0 0 24 24", aria: { hidden: "true" } }, [path]);
  svg.setAttribute("class", `icon ${kind}`);
  return svg;
}

function dress(element, properties, children) {
  for (const [key, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (key === "class") element.className = value;
    else if (key === "aria") for (const [part, text] of Object.entries(value)) element.setAttribute(`aria-${part}`, text);
    else if (key === "on") for (const [event, handler] of Object.entries(value)) element.addEventListener(event, handler);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const prefersReducedMotion = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Animates unless the viewer prefers reduced motion. Resolves at the end of the animation. */
export function animate(element, frames, options) {
  if (prefersReducedMotion() || !element.animate) return Promise.resolve();
  return element.animate(frames, { easing: "cubic-bezier(.2,.7,.2,1)", fill: "backwards", ...options }).finished.catch(() => {});
}
