// Changes to Continue Watching: remove a card, or mark a title as watched by another person.

import { ViewerError, graphql, newEventId } from "/tv/api.js";
import { nameOf } from "/tv/cards.js";
import { DISMISS, DISOWN } from "/tv/query.js";

/** Removes the card on every device and keeps the position. Returns a sentence for the viewer. */
export async function removeFromRow(person, card) {
  await sendChange(person, card, DISMISS, "continueWatchingRemove");
  return `${nameOf(card.title)} is off Continue Watching.`;
}

/** "This was not me": removes the card, and the title's history no longer affects recommendations. */
export async function disown(person, card) {
  await sendChange(person, card, DISOWN, "watchDisown");
  return `${nameOf(card.title)} was not you.`;
}

async function sendChange(person, card, document, field) {
  const input = {
    profileId: person.profileId,
    titleId: card.title.id,
    clientEventId: newEventId(),
    trackingToken: card.tracking.cardToken,
  };
  const result = (await graphql(person.token, document, { input }))[field];
  const refused = result.rejected?.[0];
  if (result.__typename === "EventsRecorded" && !refused) return;
  throw new ViewerError("continue", "Continue Watching did not change.", refused?.message ?? result.message);
}
