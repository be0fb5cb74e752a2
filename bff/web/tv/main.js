// The TV page: what its keys and the pointer do.

import { showBillboard } from "/tv/billboard.js";
import { showIdOf } from "/tv/cards.js";
import { openDetails } from "/tv/details.js";
import { byId } from "/tv/dom.js";
import { focusedCard, focusedView, move, place, point, whenFocused } from "/tv/focus.js";
import { homeNow, isDismissible, open, person, redraw, runOne, showHints, switchProfile } from "/tv/home.js";
import { listenToKeys, listenToPointer } from "/tv/input.js";
import { toast } from "/tv/notices.js";
import { answerCard, isAsking } from "/tv/onboarding.js";
import { rowsFact } from "/tv/page_facts.js";
import { findPlayable } from "/tv/playable.js";
import { rowReason } from "/tv/rows.js";
import { openSearch } from "/tv/search.js";
import { disownTitle, listTitle, playTitle, rateTitle, removeTitle } from "/tv/title_actions.js";

/** The focused title; null on the card that ends the onboarding row. */
function focused() {
  const card = focusedCard()?.card;
  if (!card || card.finish) return null;
  const { key, row } = focusedView();
  return { card, row, key, title: card.title, token: card.tracking.cardToken };
}

const onFocused = (action) => () =>
  runOne(async () => {
    const subject = focused();
    if (subject) await action(subject);
  });

async function enter() {
  const view = focusedView();
  const card = focusedCard()?.card;
  if (!card) return;
  if (isAsking(view.row)) await answer(card, view);
  else await showDetails(focused());
}

async function answer(card, { key, row }) {
  const told = await answerCard(person(), card, row);
  const { before, home } = await redraw(key, card.title.id);
  toast(told, rowsFact(before, home));
}

function showDetails({ card, row, key, title, token }) {
  const reason = card.reason?.text ?? rowReason(row);
  const why = reason && reason !== row.title ? `${row.title}: ${reason}` : row.title;
  return openDetails(showIdOf(title), { why, token, key, removable: isDismissible(row) });
}

const play = onFocused(async (subject) => {
  const playable = await findPlayable(person(), subject.title.id, subject.token);
  await playTitle(playable, { ...subject, key: "CONTINUE_WATCHING-0" });
});

const thumb = (verdict) =>
  onFocused((subject) => {
    const now = subject.card.userState.rating ?? 0;
    const again = verdict === "LIKE" ? now > 0 : now < 0;
    return rateTitle(subject, again ? "NONE" : verdict);
  });

/** Only in a row whose cards can be removed. */
const onDismissible = (action) => onFocused((subject) => (isDismissible(subject.row) ? action(subject) : null));

whenFocused((card, row) => {
  showBillboard(card, row);
  showHints(row);
});
listenToKeys({
  move,
  enter: () => runOne(enter),
  play,
  list: onFocused((subject) => listTitle(subject, !subject.card.userState.inList)),
  like: thumb("LIKE"),
  dislike: thumb("DISLIKE"),
  remove: onDismissible(removeTitle),
  disown: onDismissible(disownTitle),
  search: openSearch,
  switchProfile,
});
listenToPointer({ point, move, enter: () => runOne(enter) });
byId("who").addEventListener("click", switchProfile);
byId("find").addEventListener("click", openSearch);
addEventListener("resize", () => homeNow() && focusedView() && place());
open();
