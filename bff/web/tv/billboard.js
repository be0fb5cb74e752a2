// The upper half of the screen: backdrop and text of the focused card.

import { nameOf, progressBar } from "/tv/cards.js";
import { animate, byId, el } from "/tv/dom.js";
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
  byId("billboard").replaceChildren(words(card, row));
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
  const name = nameOf(title);
  const content = el(
    "div",
    { class: "words" },
    el("p", { class: "eyebrow" }, card.reason?.text ?? rowReason(row) ?? row.title),
    el("h1", { class: name.length > LONG_NAME ? "long" : "" }, name),
    el("p", { class: "facts" }, card.metadataLine, ...card.badges.map((badge) => el("span", { class: `pill ${badge.kind.toLowerCase()}` }, badge.label))),
    card.progress && el("p", { class: "resume" }, progressBar(card.progress.percent), card.resume?.label ?? `${card.progress.percent}% watched`),
    el("p", { class: "synopsis" }, title.__typename === "Episode" ? `“${title.name}” ${title.synopsis}` : title.synopsis),
    title.cast.length > 0 && el("p", { class: "cast" }, `With ${title.cast.slice(0, 3).join(", ")}`),
  );
  animate(content, [{ opacity: 0, transform: "translateY(.8rem)" }, { opacity: 1, transform: "none" }], { duration: 320 });
  return content;
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
