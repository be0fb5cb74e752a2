// The profile switcher.

import { animate, el } from "/tv/dom.js";
import { clearOverlay, cover } from "/tv/notices.js";

const HUES = { new: "dawn", binge: "dusk", kids: "leaf" };
const LINES = {
  new: () => "no history yet",
  binge: () => "a rich history",
  kids: ({ maturityLimit }) => `rated titles up to age ${maturityLimit}`,
};

let choices = [];
let at = 0;

export function avatar(person) {
  return el("span", { class: `avatar ${HUES[person.kind] ?? "plain"}`, aria: { hidden: "true" } }, person.name.slice(0, 1).toUpperCase());
}

/** Opens the switcher. Calls `choose` with the selected person. */
export function openProfiles(people, current, choose) {
  at = Math.max(0, people.indexOf(current));
  choices = people.map((person) =>
    el(
      "button",
      { type: "button", class: "person", on: { click: () => choose(person), pointerenter: () => focusChoice(choices.findIndex((one) => one.person === person)) } },
      avatar(person),
      el("b", {}, person.name),
      el("small", {}, LINES[person.kind]?.(person) ?? ""),
    ),
  );
  choices.forEach((button, index) => (button.person = people[index]));
  const dialog = el("div", { class: "people", role: "dialog", aria: { modal: "true", label: "Who is watching?" } }, el("h1", {}, "Who is watching?"), el("div", { class: "faces" }, ...choices));
  cover(dialog);
  animate(dialog, [{ opacity: 0 }, { opacity: 1 }], { duration: 220 });
  choices.forEach((button, index) => animate(button, [{ opacity: 0, transform: "translateY(2rem)" }, { opacity: 1, transform: "none" }], { duration: 360, delay: 60 * index }));
  focusChoice(at);
}

function focusChoice(index) {
  at = (index + choices.length) % choices.length;
  choices[at].focus();
}

/** Handles a key while the switcher is open. Returns true when it used the key. */
export function profileKey(key) {
  if (key === "ArrowRight" || key === "ArrowDown" || key === "p") focusChoice(at + 1);
  else if (key === "ArrowLeft" || key === "ArrowUp") focusChoice(at - 1);
  else if (key === "Enter" || key === " ") choices[at].click();
  else if (key === "Escape" || key === "Backspace") clearOverlay();
  else return false;
  return true;
}
