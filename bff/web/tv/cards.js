// A card: picture, rank, and beneath the picture what is to be known about it. Nothing lies over a picture: posters have
// faces and lettering.

import { frameFor } from "/tv/art.js";
import { el, icon, name } from "/tv/dom.js";

export const nameOf = (title) => (title.__typename === "Episode" ? title.seriesName : title.name);

/** The movie or series: an episode is listed and liked as its series. */
export const showIdOf = (title) => (title.__typename === "Episode" ? title.seriesId : title.id);

export function cardElement(card, row, column) {
  const { numbered, showTitles, cardShape } = row.presentation;
  const wide = cardShape === "LANDSCAPE";
  const element = el(
    "div",
    { class: `card${wide ? " wide" : ""}${numbered ? " numbered" : ""}`, role: "gridcell", tabindex: "-1", aria: { label: spoken(card) } },
    numbered && el("span", { class: "rank", aria: { hidden: "true" } }, String(column + 1)),
    el("div", { class: "picture", aria: { hidden: "true" } }, frameFor(wide ? card.landscape : card.poster)),
    beneath(card, Boolean(card.resume || showTitles)),
  );
  element.card = card;
  return element;
}

function beneath(card, captioned) {
  const marks = marksOf(card);
  if (!captioned && !marks.length && !card.progress) return null;
  return el(
    "div",
    { class: "beneath", aria: { hidden: "true" } },
    card.progress && progressBar(card.progress.percent),
    captioned && el("b", {}, name(nameOf(card.title))),
    captioned && el("span", { class: "line" }, name(card.resume?.label ?? card.metadataLine)),
    marks.length > 0 && el("span", { class: "marks" }, ...marks),
  );
}

function marksOf({ badges, userState }) {
  const badge = badges.find((one) => one.kind !== "TOP_10");
  return [
    badge && el("span", { class: `badge ${badge.kind.toLowerCase()}` }, badge.label),
    userState.inList && icon("check"),
    userState.rating > 0 && icon("up"),
    userState.rating < 0 && icon("down"),
  ].filter(Boolean);
}

/** The server's sentence, and what the marks say. */
function spoken(card) {
  const { inList, rating } = card.userState;
  return [card.accessibilityLabel, inList && "On My List.", rating > 0 && "You like it.", rating < 0 && "Not for you."].filter(Boolean).join(" ");
}

export function progressBar(percent) {
  const done = el("span");
  done.style.transform = `scaleX(${Math.max(2, percent) / 100})`;
  return el("span", { class: "progress" }, done);
}
