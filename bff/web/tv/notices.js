// Messages to the viewer: toast, note and full-screen message.

import { byId, el } from "/tv/dom.js";

const TOAST_MS = 9000;
let timer = 0;

export function toast(headline, ...lines) {
  const box = byId("toast");
  box.replaceChildren(el("b", {}, headline), ...lines.map((line) => el("span", {}, line)));
  box.classList.add("here");
  clearTimeout(timer);
  timer = setTimeout(() => box.classList.remove("here"), TOAST_MS);
}

/** Hides the toast, so that the next person does not see it. */
export function hideToast() {
  clearTimeout(timer);
  byId("toast").classList.remove("here");
}

/** Shows what the page had to replace. */
export function showDegradations(degradations) {
  const replacements = [...new Set(degradations.map((one) => one.servedInstead))];
  byId("note").replaceChildren(...replacements.slice(0, 2).map((text) => el("span", {}, text)));
}

/** Covers the page with a message and one action. */
export function fullScreen(headline, detail, action, onAction) {
  const button = el("button", { type: "button", class: "main", on: { click: onAction } }, action);
  cover(el("div", { class: "sentence", role: "alertdialog", aria: { label: headline } }, el("h1", {}, headline), el("p", {}, detail), button));
  button.focus();
}

/** Covers the page, which cannot be used meanwhile. */
export function cover(content) {
  byId("overlay").replaceChildren(content);
  byId("tv").inert = true;
  document.body.classList.add("covered");
}

/** Removes the cover and restores the focus. */
export function clearOverlay() {
  byId("overlay").replaceChildren();
  byId("tv").inert = false;
  document.body.classList.remove("covered");
  document.querySelector('.card[tabindex="0"]')?.focus({ preventScroll: true });
}
