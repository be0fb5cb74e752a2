// The upper half of the screen: backdrop and text of the focused card.

import { nameOf, progressBar } from "/tv/cards.js";
import { animate, byId, el, name } from "/tv/dom.js";
import { frameFor, show } from "/tv/art.js";
import { playPreviewSoon, stopPreview } from "/tv/preview.js";
import { rowReason } from "/tv/rows.js";

const REST_MS = 160;
const LONG_NAME = 18;

let timer = 0;
let shown = null;

/** The text changes at once. The backdrop waits until the focus rests, so that fast scrolling stays cheap. */
export function showBillboard(card, row) {
  if (shown === card.cardId) return;
  shown = card.cardId;
  byId("billboard").replaceChildren(card.finish ? finishWords(card, row) : words(card, row));
  if (card.finish) {
    stopPreview();
    return;
  }
  document.documentElement.style.setProperty("--tint", card.backdrop.dominantColor);
  clearTimeout(timer);
  timer = setTimeout(() => swapBackdrop(card), byId("backdrop").children.length ? REST_MS : 0);
  playPreviewSoon(card);
}

export function resetBillboard() {
  stopPreview();
  shown = null;
}

function words(card, row) {
  const { title } = card;
  const called = nameOf(title);
  const content = el(
    "div",
    { class: "words" },
    el("p", { class: "eyebrow" }, card.reason?.text ?? rowReason(row) ?? row.title),
    el("h1", { class: called.length > LONG_NAME ? "long" : "" }, name(called)),
    el("p", { class: "facts" }, card.metadataLine, ...card.badges.map((badge) => el("span", { class: `pill ${badge.kind.toLowerCase()}` }, badge.label))),
    card.progress && el("p", { class: "resume" }, progressBar(card.progress.percent), card.resume?.label ?? `${card.progress.percent}% watched`),
    el("p", { class: "synopsis", dir: "auto" }, ...(title.__typename === "Episode" ? ["“", name(title.name), "” "] : []), title.synopsis),
    title.cast.length > 0 && castLine(title.cast),
  );
  animate(content, [{ opacity: 0, transform: "translateY(.8rem)" }, { opacity: 1, transform: "none" }], { duration: 320 });
  return content;
}

export const castLine = (cast) => el("p", { class: "cast" }, "With ", ...cast.slice(0, 3).flatMap((person, at) => (at ? [", ", name(person)] : [name(person)])));

/** The last card of the onboarding row. */
function finishWords(card, row) {
  const chosen = card.chosen === 1 ? "1 title" : `${card.chosen} titles`;
  return el(
    "div",
    { class: "words" },
    el("p", { class: "eyebrow" }, row.title),
    el("h1", { class: "long" }, card.title.name),
    el("p", { class: "synopsis" }, card.chosen ? `You chose ${chosen}. Press Enter to go on with them.` : "Press Enter to go on without choosing."),
  );
}

function swapBackdrop(card) {
  const layers = byId("backdrop");
  const old = [...layers.children];
  const layer = frameFor(card.backdrop);
  layer.classList.add("layer");
  show(layer);
  layers.append(layer);
  const gone = () => old.forEach((one) => one.remove());
  animate(layer, [{ opacity: 0, transform: "scale(1.03)" }, { opacity: 1, transform: "none" }], { duration: 700 }).then(gone);
}
