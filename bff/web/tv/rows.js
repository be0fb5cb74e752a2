// Draws and moves the rows. Rows and cards that stay slide to their new place (FLIP), new ones fade in.

import { show } from "/tv/art.js";
import { cardElement } from "/tv/cards.js";
import { finishElement } from "/tv/onboarding.js";
import { animate, byId, el, name } from "/tv/dom.js";

const AHEAD = 10;
const BEHIND = 2;

let views = [];

/** The rows on the page, top to bottom: {key, row, element, track, cards}. */
export const rowViews = () => views;

export function drawRows(rows) {
  const before = new Map(views.map((view) => [view.key, { top: view.element.offsetTop, lefts: cardOffsets(view) }]));
  views = withKeys(rows).map(([key, row]) => makeView(key, row));
  byId("rows").replaceChildren(el("div", { id: "stack", role: "presentation" }, ...views.map((view) => view.element)));
  views.forEach((view, index) => animateMove(view, index, before.get(view.key)));
}

/** Keys are the kind and a number, so that a row keeps its key across profiles. */
function withKeys(rows) {
  const seen = new Map();
  return rows.map((row) => {
    const count = seen.get(row.kind) ?? 0;
    seen.set(row.kind, count + 1);
    return [`${row.kind}-${count}`, row];
  });
}

function makeView(key, row) {
  const cards = row.cards.nodes.map((card, column) => cardElement(card, row, column));
  if (row.kind === "ONBOARDING") cards.push(finishElement(row));
  const track = el("div", { class: "track", role: "row", aria: { label: row.accessibilityLabel } }, ...cards);
  const why = rowReason(row);
  const element = el(
    "section",
    { class: "row", role: "rowgroup", "data-kind": row.kind, aria: { label: row.title } },
    el("h2", { role: "presentation" }, name(row.title), why && el("small", {}, name(why))),
    track,
  );
  return { key, row, element, track, cards };
}

/** The row's reason, or the subtitle when the reason repeats the title. */
export function rowReason(row) {
  const reason = row.reason?.text;
  return reason && reason !== row.title ? reason : row.subtitle;
}

const cardOffsets = (view) => new Map(view.cards.map((card) => [card.card.title.id, card.offsetLeft]));

function animateMove(view, index, was) {
  const delay = index * 45;
  if (!was) {
    animate(view.element, [{ opacity: 0, transform: "translateY(5rem)" }, { opacity: 1, transform: "none" }], { duration: 520, delay });
    return;
  }
  const shift = was.top - view.element.offsetTop;
  if (shift) animate(view.element, [{ transform: `translateY(${shift}px)` }, { transform: "none" }], { duration: 620, delay });
  view.cards.slice(0, AHEAD).forEach((card, column) => {
    const left = was.lefts.get(card.card.title.id);
    const from = left === undefined ? { opacity: 0, transform: "translateX(3rem) scale(.92)" } : { transform: `translateX(${left - card.offsetLeft}px)` };
    if (left !== card.offsetLeft) animate(card, [from, { opacity: 1, transform: "none" }], { duration: 480, delay: delay + column * 28 });
  });
}

/** Loads the pictures of the cards near this position only. */
export function showNear(rowIndex, columnOf) {
  views.slice(Math.max(0, rowIndex - 1), rowIndex + 3).forEach((view) => {
    const column = columnOf(view);
    view.cards.slice(Math.max(0, column - BEHIND), column + AHEAD).forEach((card) => show(card.querySelector(".art") ?? {}));
  });
}
