// What the page tells the viewer besides the rows: a toast, a small note, a friendly full screen.

import { byId, el } from "/tv/dom.js";

const TOAST_MS = 9000;
let timer = 0;

/** Lines of a toast; the first one is the headline. */
export function toast(headline, ...lines) {
  const box = byId("toast");
  box.replaceChildren(el("b", {}, headline), ...lines.map((line) => el("span", {}, line)));
  box.classList.add("here");
  clearTimeout(timer);
  timer = setTimeout(() => box.classList.remove("here"), TOAST_MS);
}

/** What was said to one person is not left standing for the next. */
export function forgetToast() {
  clearTimeout(timer);
  byId("toast").classList.remove("here");
}

/** A page that had to do without something says so, quietly. */
export function noteDegradations(degradations) {
  const said = [...new Set(degradations.map((one) => one.servedInstead))];
  byId("note").replaceChildren(...said.slice(0, 2).map((text) => el("span", {}, text)));
}

/** Nothing to show but a sentence and a way on. */
export function fullScreen(headline, detail, action, onAction) {
  const button = el("button", { type: "button", class: "main", on: { click: onAction } }, action);
  cover(el("div", { class: "sentence", role: "alertdialog", aria: { label: headline } }, el("h1", {}, headline), el("p", {}, detail), button));
  button.focus();
}

/** Lay something over the page; what is beneath cannot be reached meanwhile. */
export function cover(content) {
  byId("overlay").replaceChildren(content);
  byId("tv").inert = true;
  document.body.classList.add("covered");
}

/** Back to the page, and to the card that had the focus. */
export function clearOverlay() {
  byId("overlay").replaceChildren();
  byId("tv").inert = false;
  document.body.classList.remove("covered");
  document.querySelector('.card[tabindex="0"]')?.focus({ preventScroll: true });
}
