// Where the viewer is. Arrows move the page under a focus that stays put; every row remembers its column.

import { byId } from "/tv/dom.js";
import { rowViews, showNear } from "/tv/rows.js";

const columns = new Map();
let rowIndex = 0;
let onFocus = () => {};

const columnOf = (view) => Math.min(columns.get(view.key) ?? 0, view.cards.length - 1);

export const whenFocused = (handler) => (onFocus = handler);
export const focusedView = () => rowViews()[rowIndex] ?? null;

export function focusedCard() {
  const view = focusedView();
  return view ? view.cards[columnOf(view)] : null;
}

/** Start over at the top left, as somebody else or for the first time. */
export function resetFocus() {
  columns.clear();
  rowIndex = 0;
}

/** After the page was drawn again: the same title in the same row, else the nearest place. */
export function restoreFocus(key, titleId) {
  const index = rowViews().findIndex((view) => view.key === key);
  rowIndex = index < 0 ? Math.min(rowIndex, rowViews().length - 1) : index;
  const view = focusedView();
  const column = view?.cards.findIndex((card) => card.card.title.id === titleId) ?? -1;
  if (column >= 0) columns.set(view.key, column);
}

export function move(down, right) {
  const view = focusedView();
  if (!view) return;
  if (down) rowIndex = Math.max(0, Math.min(rowViews().length - 1, rowIndex + down));
  if (right) columns.set(view.key, Math.max(0, Math.min(view.cards.length - 1, columnOf(view) + right)));
  place();
}

/** The pointer is over a card: focus it where it stands, so that nothing moves away from under the pointer. */
export function point(card) {
  const index = rowViews().findIndex((view) => view.cards.includes(card));
  if (index < 0 || card === focusedCard()) return;
  const view = rowViews()[index];
  rowIndex = index;
  columns.set(view.key, view.cards.indexOf(card));
  mark();
}

/** Bring the focused card to the fixed place and mark it. */
export function place() {
  const view = focusedView();
  if (!view) return;
  byId("stack").style.transform = `translateY(${-view.element.offsetTop}px)`;
  rowViews().forEach((one, index) => one.element.classList.toggle("above", index < rowIndex));
  const card = focusedCard();
  view.track.style.transform = `translateX(${-(card.offsetLeft - view.cards[0].offsetLeft)}px)`;
  mark();
}

function mark() {
  const card = focusedCard();
  document.querySelectorAll(".card.on, .row.on").forEach((element) => element.classList.remove("on"));
  document.querySelectorAll('.card[tabindex="0"]').forEach((element) => element.setAttribute("tabindex", "-1"));
  focusedView().element.classList.add("on");
  card.classList.add("on");
  card.setAttribute("tabindex", "0");
  card.focus({ preventScroll: true });
  showNear(rowIndex, columnOf);
  onFocus(card.card, focusedView().row);
}
