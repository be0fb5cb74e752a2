// A card: picture, rank, badge, progress and caption.

import { frameFor } from "/tv/art.js";
import { el } from "/tv/dom.js";

export const nameOf = (title) => (title.__typename === "Episode" ? title.seriesName : title.name);

export function cardElement(card, row, column) {
  const { numbered, showTitles, cardShape } = row.presentation;
  const wide = cardShape === "LANDSCAPE";
  const element = el(
    "div",
    { class: `card${wide ? " wide" : ""}${numbered ? " numbered" : ""}`, role: "gridcell", tabindex: "-1", aria: { label: card.accessibilityLabel } },
    numbered && el("span", { class: "rank", aria: { hidden: "true" } }, String(column + 1)),
    pictureElement(card, wide),
    (card.resume || showTitles) && caption(card),
  );
  element.card = card;
  return element;
}

function pictureElement(card, wide) {
  const badge = card.badges.find((one) => one.kind !== "TOP_10");
  return el(
    "div",
    { class: "picture", aria: { hidden: "true" } },
    frameFor(wide ? card.landscape : card.poster),
    badge && el("span", { class: `badge ${badge.kind.toLowerCase()}` }, badge.label),
    card.userState.inList && el("span", { class: "listed" }, "✓"),
    card.progress && progressBar(card.progress.percent),
  );
}

export function progressBar(percent) {
  const done = el("span");
  done.style.transform = `scaleX(${Math.max(2, percent) / 100})`;
  return el("span", { class: "progress" }, done);
}

function caption(card) {
  return el(
    "div",
    { class: "caption", aria: { hidden: "true" } },
    el("b", {}, nameOf(card.title)),
    el("span", {}, card.resume?.label ?? card.metadataLine),
  );
}
