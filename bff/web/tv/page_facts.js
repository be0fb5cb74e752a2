// Sentences about a page, read off the page that the server sent: nothing is said that it does not show.

import { nameOf } from "/tv/cards.js";
import { inSentence } from "/tv/dom.js";

const CONTINUE = "CONTINUE_WATCHING";

const rowsOf = (home, kind) => home.rows.nodes.filter((row) => row.kind === kind && row.cards?.nodes.length);

/** The card of a title or of its show in the rows of a kind: {card, place} or null. */
export function findCard(home, kind, ids) {
  for (const row of rowsOf(home, kind)) {
    const place = row.cards.nodes.findIndex(({ title }) => ids.includes(title.id) || ids.includes(title.seriesId));
    if (place >= 0) return { card: row.cards.nodes[place], place };
  }
  return null;
}

export function continueFact(home, ids) {
  const found = findCard(home, CONTINUE, ids);
  if (!found) return "Continue Watching does not list it.";
  const label = found.card.resume?.label;
  return `It is number ${found.place + 1} in Continue Watching${label ? `: ${label}` : ""}.`;
}

export function removedFact(home, ids, title) {
  const name = inSentence(nameOf(title));
  return findCard(home, CONTINUE, ids) ? `${name} is still in Continue Watching.` : `${name} is off Continue Watching.`;
}

export function listFact(home, ids) {
  const found = findCard(home, "MY_LIST", ids);
  if (found) return `It is number ${found.place + 1} in the row My List.`;
  return rowsOf(home, "MY_LIST").length ? "The row My List does not show it." : "This page has no row My List.";
}

/** What a change did to the rows: those that came and those that went. */
export function rowsFact(before, after) {
  const titles = (home) => home.rows.nodes.filter((row) => row.cards?.nodes.length).map((row) => row.title);
  const [was, is] = [titles(before), titles(after)];
  const came = is.filter((title) => !was.includes(title));
  const went = was.filter((title) => !is.includes(title));
  if (came.length) return `New on this page: ${quoted(came)}.`;
  if (went.length) return `No longer on this page: ${quoted(went)}.`;
  const changed = after.rows.nodes.filter((row) => was.includes(row.title) && cardsOf(row) !== cardsOf(before.rows.nodes.find((one) => one.title === row.title)));
  return changed.length ? `Changed on this page: ${quoted(changed.map((row) => row.title))}.` : "The page did not change.";
}

const quoted = (titles) => titles.map((title) => `“${title}”`).join(", ");

const cardsOf = (row) => (row.cards?.nodes ?? []).map(({ title }) => title.id).join(" ");

/** "You like Dune." as the server's rating has it. */
export function ratingFact(state, title) {
  const name = inSentence(nameOf(title));
  if (state?.rating > 0) return `You like ${name}.`;
  if (state?.rating < 0) return `${name} is not for you.`;
  return `Your thumb on ${name} is taken back.`;
}
