// The row that asks a new profile what it likes, answered where it stands: Enter on a card is a thumb up, and the page
// changes at once. The last card ends the questions.

import { nameOf } from "/tv/cards.js";
import { answerOnboarding, rate } from "/tv/changes.js";
import { el, inSentence } from "/tv/dom.js";
import { ratingFact } from "/tv/page_facts.js";

const MOST = 20;

/** The card after the titles. */
export function finishElement(row) {
  const chosen = likedIn(row).length;
  const said = chosen ? "That is what I like" : "Skip the questions";
  const element = el(
    "div",
    { class: "card finish", role: "gridcell", tabindex: "-1", aria: { label: `${said}. ${chosen} chosen.` } },
    el("div", { class: "picture" }, el("b", {}, said), el("span", {}, `${chosen} chosen`)),
  );
  element.card = { cardId: `finish-${row.id}`, finish: true, chosen, title: { id: "finish", name: said } };
  return element;
}

const likedIn = (row) => row.cards.nodes.filter((card) => card.userState.rating > 0).map((card) => card.title.id);

export const isAsking = (row) => row?.kind === "ONBOARDING";

/** Enter on a card of the row. Returns what to tell once the page is drawn again. */
export async function answerCard(person, card, row) {
  if (card.finish) {
    await answerOnboarding(person, likedIn(row).slice(0, MOST));
    return card.chosen ? `${card.chosen} ${card.chosen === 1 ? "title" : "titles"} you like.` : "No questions any more.";
  }
  const liked = card.userState.rating > 0;
  const state = await rate(person, card.title.id, liked ? "NONE" : "LIKE", card.tracking.cardToken);
  return state ? ratingFact(state, card.title) : `${inSentence(nameOf(card.title))} was sent.`;
}
