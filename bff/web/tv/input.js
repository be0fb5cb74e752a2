// Maps keys and pointer events to actions.

import { byId } from "/tv/dom.js";

const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const WHEEL_PAUSE_MS = 220;

const covered = () => document.body.classList.contains("covered");

export function listenToKeys(actions) {
  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (handled(key, actions, event)) event.preventDefault();
  });
}

function handled(key, actions, event) {
  if (actions.isPlaying()) {
    if (key === "Escape" || key === "Backspace" || key === "Enter") actions.stopPlaying();
    return key !== "Tab";
  }
  if (document.querySelector(".people")) return actions.profileKey(key);
  if (covered()) return false;
  if (ARROWS[key]) actions.move(...ARROWS[key]);
  else if (key === "p") actions.switchProfile();
  else if (key === "l") actions.list();
  else if (key === "r") actions.remove();
  else if (key === "n") actions.disown();
  else if ((key === "Enter" || key === " ") && event.target !== byId("who")) {
    if (!event.repeat) actions.play();
  } else return false;
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
    actions.play();
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
