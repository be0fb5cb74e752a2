// The focus. Arrow keys move the page under a fixed focus; every row remembers its column.

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

/** Moves the focus to the top left. */
export function resetFocus() {
  columns.clear();
  rowIndex = 0;
}

/** After a redraw: focuses the same title in the same row, else the nearest card. */
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

/** Focuses the card under the pointer without moving the page. */
export function point(card) {
  const index = rowViews().findIndex((view) => view.cards.includes(card));
  if (index < 0 || card === focusedCard()) return;
  const view = rowViews()[index];
  rowIndex = index;
  columns.set(view.key, view.cards.indexOf(card));
  mark();
}

/** Moves the page so that the focused card is at the fixed position, and marks the card. */
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
