// Screens over the home page, one upon another: details, search, player, profiles, messages. Only the top one can be
// used. Closing it puts the focus back where it was.

import { byId } from "/tv/dom.js";

let stack = [];

/** Shows `element` on top. `key(key, event)` returns true for a key that it used; Escape closes when it does not. */
export function openScreen(element, { key = () => false, closed = () => {} } = {}) {
  const from = document.activeElement;
  top()?.element.setAttribute("inert", "");
  byId("tv").inert = true;
  document.body.classList.add("covered");
  byId("overlay").append(element);
  const screen = { element, key, closed, from };
  stack.push(screen);
  return screen;
}

/** Closes a screen, and those above it. */
export function closeScreen(screen) {
  const at = stack.indexOf(screen);
  if (at < 0) return;
  const gone = stack.splice(at);
  gone.reverse().forEach((one) => {
    one.element.remove();
    one.closed();
  });
  top()?.element.removeAttribute("inert");
  byId("tv").inert = stack.length > 0;
  document.body.classList.toggle("covered", stack.length > 0);
  focusAgain(screen.from);
}

/** Closes all screens: the home page can be used again. */
export function closeScreens() {
  if (stack.length) closeScreen(stack[0]);
}

function focusAgain(from) {
  if (top()) {
    const inside = top().element.contains(from) ? from : top().element.querySelector("button, input, [tabindex='0']");
    inside?.focus({ preventScroll: true });
    return;
  }
  const card = document.querySelector('.card[tabindex="0"]');
  (from?.isConnected && byId("top").contains(from) ? from : card)?.focus({ preventScroll: true });
}

export const top = () => stack[stack.length - 1] ?? null;
export const isTop = (screen) => screen !== null && top() === screen;

const BACK = new Set(["Escape", "GoBack", "BrowserBack"]);

/** Gives a key to the top screen. Returns true when it was used, null without a screen. */
export function screenKey(key, event) {
  const screen = top();
  if (!screen) return null;
  if (screen.key(key, event)) return true;
  if (!BACK.has(key) && !(key === "Backspace" && event.target.tagName !== "INPUT")) return false;
  closeScreen(screen);
  return true;
}
