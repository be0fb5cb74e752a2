// The profile switcher.

import { moveFocus } from "/tv/arrows.js";
import { animate, el, name } from "/tv/dom.js";
import { closeScreen, openScreen } from "/tv/screens.js";

const HUES = { new: "dawn", binge: "dusk", kids: "leaf" };
const LINES = {
  new: () => "no history yet",
  binge: () => "a rich history",
  kids: ({ maturityLimit }) => `rated titles up to age ${maturityLimit}`,
};

/** The first letter, which may be more than one code point. */
const initial = (text) => [...new Intl.Segmenter().segment(text.trim())][0]?.segment.toUpperCase() ?? "?";

export function avatar(person) {
  return el("span", { class: `avatar ${HUES[person.kind] ?? "grey"}`, aria: { hidden: "true" } }, initial(person.name));
}

/** Opens the switcher. Calls `choose` with the selected person, who may be the current one. */
export function openProfiles(people, current, choose) {
  const choices = people.map((person) =>
    el(
      "button",
      { type: "button", class: "person", on: { click: () => close(person), pointerenter: (event) => event.target.focus() } },
      avatar(person),
      el("b", {}, name(person.name)),
      el("small", {}, LINES[person.kind]?.(person) ?? ""),
    ),
  );
  const faces = el("div", { class: "faces" }, ...choices);
  const dialog = el("div", { class: "people", role: "dialog", aria: { modal: "true", label: "Who is watching?" } }, el("h1", {}, "Who is watching?"), faces);
  const screen = openScreen(dialog, { key: (key) => profileKey(key, faces, choices) });
  const close = (person) => {
    closeScreen(screen);
    choose(person);
  };
  animate(dialog, [{ opacity: 0 }, { opacity: 1 }], { duration: 220 });
  choices.forEach((button, index) => animate(button, [{ opacity: 0, transform: "translateY(2rem)" }, { opacity: 1, transform: "none" }], { duration: 360, delay: Math.min(60 * index, 400) }));
  choices[Math.max(0, people.indexOf(current))]?.focus();
}

function profileKey(key, faces, choices) {
  const at = choices.indexOf(document.activeElement);
  const step = { ArrowRight: 1, p: 1, ArrowLeft: -1 }[key];
  if (step) choices[(at + step + choices.length) % choices.length].focus();
  else if (key === "ArrowDown" || key === "ArrowUp") moveFocus(faces, key);
  else if (key === "Enter" || key === " ") choices[at]?.click();
  else return false;
  return true;
}
