// Maps keys and pointer events to actions.

import { byId } from "/tv/dom.js";
import { screenKey } from "/tv/screens.js";

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const WHEEL_PAUSE_MS = 220;

const covered = () => document.body.classList.contains("covered");

/** Letters, and what a remote control has for them. */
const KEYS = {
  Enter: "enter",
  " ": "play",
  MediaPlay: "play",
  MediaPlayPause: "play",
  p: "switchProfile",
  l: "list",
  ColorF2Yellow: "list",
  u: "like",
  ColorF1Green: "like",
  d: "dislike",
  ColorF0Red: "dislike",
  r: "remove",
  n: "disown",
  s: "search",
  "/": "search",
  ColorF3Blue: "search",
};

export function listenToKeys(actions) {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (screenKey(key, event) ?? handled(key, actions, event)) event.preventDefault();
  });
}

function handled(key, actions, event) {
  if (ARROWS[key]) {
    actions.move(...ARROWS[key]);
    return true;
  }
  const onButton = event.target.tagName === "BUTTON" && (key === "Enter" || key === " ");
  const action = actions[KEYS[key]];
  if (!action || onButton) return false;
  if (!event.repeat) action();
  return true;
}

export function listenToPointer(actions) {
  const rows = byId("rows");
  let last = "";
  // A page that moves under a resting pointer must not change the focus.
  rows.addEventListener("pointermove", (event) => {
    const here = `${event.screenX} ${event.screenY}`;
    if (event.pointerType === "touch" || here === last) return;
    last = here;
    const card = event.target.closest(".card");
    if (card) actions.point(card);
  });
  rows.addEventListener("click", (event) => {
    const card = event.target.closest(".card");
    if (!card) return;
    actions.point(card);
    actions.enter();
  });
  let quiet = 0;
  addEventListener(
    "wheel",
    (event) => {
      if (covered() || event.timeStamp < quiet) return;
      quiet = event.timeStamp + WHEEL_PAUSE_MS;
      const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
      const step = Math.sign(sideways ? event.deltaX || event.deltaY : event.deltaY);
      if (step) actions.move(sideways ? 0 : step, sideways ? step : 0);
    },
    { passive: true },
  );
}
