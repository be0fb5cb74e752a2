// Messages to the viewer: toast, note and full-screen message.

import { byId, el } from "/tv/dom.js";
import { closeScreen, openScreen } from "/tv/screens.js";

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

const MAX_NOTES = 2;

/** Shows what the page had to replace, in the server's sentences. */
export function showDegradations(degradations) {
  const notices = [...new Set(degradations.map((one) => one.notice))];
  const more = notices.length - MAX_NOTES;
  const rest = more > 0 ? [`${more} more ${more === 1 ? "part" : "parts"} of this page could not be loaded.`] : [];
  byId("note").replaceChildren(...[...notices.slice(0, MAX_NOTES), ...rest].map((text) => el("span", {}, text)));
}

/** Covers the page with a message and one action. */
export function fullScreen(headline, detail, action, onAction) {
  const act = () => {
    closeScreen(screen);
    onAction();
  };
  const button = el("button", { type: "button", class: "main", on: { click: act } }, action);
  const content = el("div", { class: "sentence", role: "alertdialog", aria: { label: headline } }, el("h1", {}, headline), el("p", {}, detail), button);
  // A way on is the only way: Escape does not lead back to a page that is not there.
  const screen = openScreen(content, { key: (key) => key === "Escape" || key === "Backspace" });
  button.focus();
}
