// Arrow keys on a screen of buttons: the focus goes to the nearest one in that direction.

import { prefersReducedMotion } from "/tv/dom.js";

const SIDEWAYS_COST = 3;
const TOUCHING = 2;

const DIRECTIONS = {
  ArrowLeft: (from, to) => (overlaps(from, to) && to.right <= from.left + TOUCHING ? from.left - to.right : null),
  ArrowRight: (from, to) => (overlaps(from, to) && to.left >= from.right - TOUCHING ? to.left - from.right : null),
  ArrowUp: (from, to) => (to.bottom <= from.top + TOUCHING ? from.top - to.bottom : null),
  ArrowDown: (from, to) => (to.top >= from.bottom - TOUCHING ? to.top - from.bottom : null),
};

const overlaps = (one, other) => one.top < other.bottom - TOUCHING && other.top < one.bottom - TOUCHING;
const middle = (box) => (box.left + box.right) / 2;

/** Moves the focus inside `root`. Returns false when nothing lies that way. */
export function moveFocus(root, key) {
  const way = DIRECTIONS[key];
  const from = document.activeElement;
  if (!way || !root.contains(from)) return false;
  const box = from.getBoundingClientRect();
  const upright = key === "ArrowUp" || key === "ArrowDown";
  let best = null;
  let least = Infinity;
  for (const one of root.querySelectorAll("button:not([disabled]), input")) {
    if (one === from || !one.offsetParent) continue;
    const there = one.getBoundingClientRect();
    const distance = way(box, there);
    if (distance === null) continue;
    const aside = upright ? Math.abs(middle(there) - middle(box)) : Math.abs(there.top - box.top);
    // The next line counts first, then the nearest thing on it.
    const cost = distance * (upright ? SIDEWAYS_COST * 10 : 1) + aside;
    if (cost < least) [best, least] = [one, cost];
  }
  if (best) focusOn(best);
  return best !== null;
}

export function focusOn(element) {
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: "nearest", inline: "nearest", behavior: prefersReducedMotion() ? "instant" : "smooth" });
}
