// Creates elements. Text is always inserted as text, never as markup.

export const byId = (id) => document.getElementById(id);

/** el("p", {class: "why", aria: {label: "..."}}, "text", child, null) */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") element.className = value;
    else if (name === "aria") for (const [key, text] of Object.entries(value)) element.setAttribute(`aria-${key}`, text);
    else if (name === "on") for (const [event, handler] of Object.entries(value)) element.addEventListener(event, handler);
    else element.setAttribute(name, value === true ? "" : value);
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
