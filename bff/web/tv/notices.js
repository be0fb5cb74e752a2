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

/** A page that had to do without something says so, quietly. */
export function noteDegradations(degradations) {
  const said = [...new Set(degradations.map((one) => one.servedInstead))];
  byId("note").replaceChildren(...said.slice(0, 2).map((text) => el("span", {}, text)));
}

/** Nothing to show but a sentence and a way on. */
export function fullScreen(headline, detail, action, onAction) {
  const button = el("button", { type: "button", class: "main", on: { click: onAction } }, action);
  byId("overlay").replaceChildren(
    el("div", { class: "sentence", role: "alertdialog", aria: { label: headline } }, el("h1", {}, headline), el("p", {}, detail), button),
  );
  document.body.classList.add("covered");
  button.focus();
}

export function clearOverlay() {
  byId("overlay").replaceChildren();
  document.body.classList.remove("covered");
}
